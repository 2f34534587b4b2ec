// The decision on a dispatch in the form of REST.
import { z } from "@hono/zod-openapi";
import type { Shortfall } from "../../../domain/dispatch/shortfall.ts";
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
      "The part that each limit leaves of the limit before it: the outermost powers that are accepted. One inside may be refused, where a larger one keeps a promise that it breaks.",
  });

export const ShortfallJson = z
  .object({
    from: instant("Start of the first tick in which its power is cut, UTC."),
    missing_mwhr: quantity(
      "The missing energy at the terminal over its window, in MWh; null where it has no end.",
    ).nullable(),
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
  return { from: instantText(shortfall.fromMs), missing_mwhr: shortfall.missingMwhr };
}
