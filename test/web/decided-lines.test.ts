import { expect, test } from "vitest";
import { decidedLines } from "../../web/dashboard/dispatch/decided-lines.ts";
import type { Decision } from "../../web/dashboard/dispatch/suggestion.ts";
import type { FleetAsset } from "../../web/dashboard/live/asset-list.ts";

const asset = (id: string) => ({ id, name: id }) as FleetAsset;
const decision = (part: object) => ({ refused: null, shortfall: null, ...part }) as Decision;

test("decisions that need a look come first, each with its asset", () => {
  const decisions = [
    decision({}),
    decision({ shortfall: { from: "", missingMwhr: 1 } }),
    decision({ refused: { code: "ENERGY_PROMISED" } }),
    decision({}),
  ];
  const lines = decidedLines(decisions, ["a", "b", "c", "d", "e"].map(asset));
  expect(lines.map(({ asset: { id }, tone }) => `${id} ${tone}`)).toEqual([
    "c refused",
    "b short",
    "a accepted",
    "d accepted",
  ]);
});
