// The decision on a dispatch in the form of REST.

import { z } from "@hono/zod-openapi";
import {
  SHORTFALL_TEXT,
  SHORTFALL_TEXTS,
  WINDOW_TEXTS,
  WINDOWS_TEXT,
} from "../../../domain/dispatch/fields.ts";
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
      min_mw: quantity(WINDOW_TEXTS.minMw),
      max_mw: quantity(WINDOW_TEXTS.maxMw),
    })
    .openapi({ description });

export const WindowsJson = z
  .object({
    power: windowOf(WINDOW_TEXTS.power),
    site: windowOf(WINDOW_TEXTS.site).nullable(),
    dispatches: windowOf(WINDOW_TEXTS.dispatches),
    energy: windowOf(WINDOW_TEXTS.energy),
  })
  .openapi("DecisionWindows", {
    description: WINDOWS_TEXT,
  });

const SHORTFALL_NAMES = Object.keys(SHORTFALL_REASONS).map((reason) =>
  reason.toLowerCase(),
) as Lowercase<ShortfallReason>[];

export const ShortfallJson = z
  .object({
    from: instant(SHORTFALL_TEXTS.from),
    missing_mwhr: quantity(SHORTFALL_TEXTS.missingMwhr).nullable(),
    limited_by: z.enum(["ramp", "power", "energy", "site"]).nullable().openapi({
      description: SHORTFALL_TEXTS.limitedBy,
    }),
    reason: z.enum(SHORTFALL_NAMES).openapi({
      description: `${SHORTFALL_TEXTS.reason} ${Object.entries(SHORTFALL_REASONS)
        .map(([reason, meaning]) => `${reason.toLowerCase()}: ${meaning}`)
        .join(" ")}`,
    }),
  })
  .openapi("Shortfall", {
    description: SHORTFALL_TEXT,
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
