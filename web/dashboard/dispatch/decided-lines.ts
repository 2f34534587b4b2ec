// The decisions on a dispatch of several assets, in the order in which they are shown.
import type { FleetAsset } from "../live/asset-list.ts";
import type { Decision } from "./suggestion.ts";

/** In the order of the lines. */
const TONES = ["refused", "short", "accepted"] as const;
export type Tone = (typeof TONES)[number];

function toneOf({ refused, shortfall }: Decision): Tone {
  if (refused) return "refused";
  return shortfall ? "short" : "accepted";
}

/** The decisions with their assets, those that need a look first. */
export function decidedLines(decisions: readonly Decision[], assets: readonly FleetAsset[]) {
  const lines = decisions.flatMap((decision, index) => {
    const asset = assets[index];
    return asset === undefined ? [] : [{ asset, decision, tone: toneOf(decision) }];
  });
  return TONES.flatMap((tone) => lines.filter((line) => line.tone === tone));
}
