import { expect, test } from "vitest";
import { acceptedWords } from "../../web/dashboard/dispatch/accepted-words.ts";
import { refusalErrors, refusalWords } from "../../web/dashboard/dispatch/refusal-words.ts";
import {
  type Decision,
  type Refusal,
  suggestionsOf,
} from "../../web/dashboard/dispatch/suggestion.ts";

const ENERGY: Refusal = {
  code: "ENERGY_INSUFFICIENT",
  message: "A1 cannot discharge 30 MW for 5400 s: it can for 1500 s, or 1.69 MW for as long",
  field: "durationS",
  minMw: -8,
  maxMw: 1.69,
  limitedBy: "ENERGY",
  longestDurationS: 1500,
  highestMw: 1.69,
};
const REQUEST = { mw: 30, durationS: 5400 };
const decided = (part: Partial<Decision>): Decision => ({
  accepted: false,
  startAt: null,
  endAt: null,
  refused: null,
  shortfall: null,
  windows: null,
  ...part,
});

test("the power and the duration that a refusal names are suggested", () => {
  const decision = decided({ refused: ENERGY });
  expect(suggestionsOf(decision, REQUEST)).toEqual({ mw: 1.69, durationS: 1500 });
});

test("nothing is suggested where nothing would be accepted", () => {
  const refused = { ...ENERGY, highestMw: 0, longestDurationS: 0 };
  expect(suggestionsOf(decided({ refused }), REQUEST)).toEqual({});
});

test("the limit of the asset is suggested where the power lies beyond it", () => {
  const refused: Refusal = {
    ...ENERGY,
    ...{ code: "POWER_OUT_OF_LIMITS", limitedBy: "POWER", highestMw: null },
    ...{ longestDurationS: null, minMw: -20, maxMw: 10 },
  };
  expect(suggestionsOf(decided({ refused }), REQUEST)).toEqual({ mw: 10 });
  expect(suggestionsOf(decided({ refused }), { mw: -99 })).toEqual({ mw: -20 });
  expect(refusalWords(refused, REQUEST, "min", "A1")).toBe(
    "A1 cannot discharge 30 MW: its limit is 10 MW",
  );
});

test("a reason of one field is said beside it, and one of power and duration together is not", () => {
  const early: Refusal = { ...ENERGY, code: "START_OUT_OF_RANGE", longestDurationS: null };
  for (const [field, name] of [
    ["startAt", "start"],
    ["validForS", "lease"],
    ["durationS", "duration"],
    ["mw", "power"],
  ] as const)
    expect(refusalErrors({ ...early, field }, "why")).toEqual({ [name]: "why" });
  expect(refusalErrors({ ...early, field: "assetId" }, "why")).toEqual({});
  expect(refusalErrors(ENERGY, "why")).toEqual({});
  expect(refusalErrors(undefined, "why")).toEqual({});
  expect(refusalWords(early, REQUEST, "min", "A1")).toBe(
    "The start must lie ahead, and at most 31 days.",
  );
});

test("the power that is delivered in full is suggested where energy runs short", () => {
  const decision = decided({
    accepted: true,
    shortfall: { from: "2026-11-20T12:25:00.000Z", missingMwhr: 3 },
    windows: { energy: { minMw: -2, maxMw: 1.69 } },
  });
  expect(suggestionsOf(decision, REQUEST)).toEqual({ mw: 1.69 });
  expect(suggestionsOf(decision, { mw: 1.69, durationS: 5400 })).toEqual({});
});

test("a refusal has its durations in the unit of the field", () => {
  expect(refusalWords(ENERGY, REQUEST, "min", "A1")).toBe(
    "A1 cannot discharge 30 MW for 90 min: its energy does not last. It can for 25 min, or 1.69 MW for as long.",
  );
  expect(refusalWords(ENERGY, { mw: -30 }, "h", "A1")).toBe(
    "A1 cannot charge 30 MW without an end: its energy does not last. It can for 0.4167 h, or 1.69 MW for as long.",
  );
});

test("what was accepted is said as it is", () => {
  const dispatch = {
    startAt: "2026-11-20T12:00:00.000Z",
    endAt: null,
    leaseUntil: null,
  } as Parameters<typeof acceptedWords>[0]["dispatch"];
  const decision = { shortfall: null };
  expect(acceptedWords({ dispatch, decision }, true)).toBe(
    "Accepted. It begins with the next tick.",
  );
  const later = { ...dispatch, leaseUntil: "2026-11-20T12:05:00.000Z" };
  expect(acceptedWords({ dispatch: later, decision }, false)).toMatch(
    /^Accepted\. It begins at .*20.*\. It must be renewed by .*\.$/,
  );
});
