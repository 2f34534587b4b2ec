// The decision on a dispatch in the form of REST.
import { z } from "@hono/zod-openapi";
import {
  SHORTFALL_REASONS,
  type Shortfall,
  type ShortfallReason,
  shortfallOf,
} from "../../../domain/dispatch/shortfall.ts";
import type { DecisionWindows, PowerWindow } from "../../../domain/dispatch/windows.ts";
import { instant, instantText, quantity } from "../base/schemas.ts";

const windowOf = (description: string) =>
  z
    .object({
      min_mw: quantity("Lowest power, in MW, 0 or less."),
      max_mw: quantity("Highest power, in MW, 0 or more."),
    })
    .openapi({ description });

export const WindowsJson = z
  .object({
    power: windowOf("The rating of the asset."),
    site: windowOf(
      "The powers at which the setpoints of the site stay within its limits wherever power is promised; null where it has none, and for a share of a site's dispatch, of which all shares are checked together.",
    ).nullable(),
    dispatches: windowOf("The powers that break no promise to a dispatch accepted before."),
    energy: windowOf(
      "The powers that energy delivers for the whole duration; without a duration, in the first tick.",
    ),
  })
  .openapi("DecisionWindows", {
    description:
      "The part that each limit leaves of the limit before it: the outermost powers that are accepted; by energy, where a duration was requested. One inside may be refused, where a larger one keeps a promise that it breaks.",
  });

const SHORTFALL_NAMES = Object.keys(SHORTFALL_REASONS).map((reason) =>
  reason.toLowerCase(),
) as Lowercase<ShortfallReason>[];

export const ShortfallJson = z
  .object({
    from: instant("Start of the first tick in which its power is cut, UTC."),
    missing_mwhr: quantity(
      "The missing energy at the terminal over its window, in MWh: what a battery without bounds at a site without limits would deliver along the same setpoints, less what is delivered. The ramp is never missing. Null where it has no end.",
    ).nullable(),
    limited_by: z.enum(["ramp", "power", "energy", "site"]).nullable().openapi({
      description: "The limit that cuts its power first; null where no limit does, as no tick ran.",
    }),
    reason: z.enum(SHORTFALL_NAMES).openapi({
      description: `Why. ${Object.entries(SHORTFALL_REASONS)
        .map(([reason, meaning]) => `${reason.toLowerCase()}: ${meaning}`)
        .join(" ")}`,
    }),
  })
  .openapi("Shortfall", {
    description: "The part that will not be delivered, as far as is known then.",
  });

export function windowsJson(windows: DecisionWindows): z.output<typeof WindowsJson> {
  const { power, site, dispatches, energy } = windows;
  return {
    power: windowJson(power),
    // The windows of an older version have none.
    site: site ? windowJson(site) : null,
    dispatches: windowJson(dispatches),
    energy: windowJson(energy),
  };
}

function windowJson({ minMw, maxMw }: PowerWindow): z.output<typeof WindowsJson>["power"] {
  return { min_mw: minMw, max_mw: maxMw };
}

export function shortfallJson(shortfall: Shortfall | null): z.output<typeof ShortfallJson> | null {
  if (shortfall === null) return null;
  const { fromMs, missingMwhr, limitedBy, reason } = shortfallOf(shortfall);
  return {
    from: instantText(fromMs),
    missing_mwhr: missingMwhr,
    limited_by: limitedBy,
    reason: reason.toLowerCase() as Lowercase<ShortfallReason>,
  };
}
