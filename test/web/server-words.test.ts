// What the pages say of an answer of the server, in the chosen language as far as its code and its values say it.
import { afterEach, describe, expect, test } from "vitest";
import type { RefusalPartsFragment } from "../../web/dashboard/api/operations.ts";
import { intervalRefusalWords } from "../../web/dashboard/dispatch/interval-refusal-words.ts";
import { refusalWords } from "../../web/dashboard/dispatch/refusal-words.ts";
import { violationWords } from "../../web/dashboard/fleet/violation-words.ts";
import { codeText, partsOfText, serverText } from "../../web/dashboard/text/server-text.ts";
import { loadWords } from "../../web/dashboard/text/words.ts";

afterEach(() => loadWords("en"));

test("a text of the server is known among the words of the page", () => {
  expect(partsOfText("own")).toEqual([{ text: "own", isServer: false }]);
  expect(partsOfText(`a ${serverText("b")} c${serverText("d")}`)).toEqual([
    { text: "a ", isServer: false },
    { text: "b", isServer: true },
    { text: " c", isServer: false },
    { text: "d", isServer: true },
  ]);
  expect(partsOfText("")).toEqual([]);
});

test("a known code is said in the language, and the sentence of another one stays", async () => {
  expect(codeText("DISPATCH_ENDED", "x")).toBe("The dispatch has ended already: send a new one.");
  await loadWords("de");
  expect(codeText("DISPATCH_ENDED", "x")).toBe(
    "Der Abruf ist schon beendet: Senden Sie einen neuen.",
  );
  expect(codeText("BRAND_NEW", "something")).toBe(serverText("something"));
});

const refusal = (part: Partial<RefusalPartsFragment>): RefusalPartsFragment => ({
  ...{ code: "ENERGY_INSUFFICIENT", message: "in English", field: null, minMw: null, maxMw: null },
  ...{ limitedBy: null, longestDurationS: null, highestMw: null },
  ...part,
});

describe("a refused dispatch", () => {
  test("of a site has the power that its assets can deliver together", async () => {
    const refused = refusal({ highestMw: 12 });
    expect(refusalWords(refused, { mw: 20 }, "min", "S")).toBe(
      "S cannot discharge 20 MW without an end: its energy does not last. At most 12 MW would be accepted.",
    );
    await loadWords("fi");
    expect(refusalWords(refused, { mw: 20 }, "min", "S")).toMatch(
      /^S ei voi purkaa .*\. Enintään 12 MW hyväksyttäisiin\.$/,
    );
  });

  test("over the limit of a meter has that limit", () => {
    const over = { code: "POWER_OUT_OF_LIMITS", limitedBy: "SITE", minMw: -10 } as const;
    expect(refusalWords(refusal(over), { mw: -20 }, "min", "S")).toBe(
      "S cannot charge 20 MW: its limit is 10 MW",
    );
  });

  test("whose best values are not known says why alone", () => {
    expect(refusalWords(refusal({ code: "ENERGY_PROMISED" }), { mw: 5 }, "min", "A")).toBe(
      "A cannot discharge 5 MW without an end: the energy is promised to another dispatch.",
    );
  });
});

describe("a refused schedule", () => {
  const intervals = [
    { from: "2026-11-20T12:00:00Z", until: "2026-11-20T13:00:00Z", mw: 30 },
    { from: "2026-11-20T12:30:00Z", until: "2026-11-20T12:30:00Z", mw: 0 },
  ];
  const say = (index: number | null, part: Partial<RefusalPartsFragment>) =>
    intervalRefusalWords({ index, refusal: refusal(part) }, { intervals }, "A");

  test("has the power, the length and what would fit of the interval", () => {
    expect(say(0, { longestDurationS: 1500, highestMw: 15 })).toBe(
      "A cannot discharge 30 MW for 60 min: its energy does not last. It can for 25 min, or 15 MW for as long.",
    );
  });

  test.each([
    [1, { code: "SCHEDULE_INVALID", field: "startAt" }, /^The interval begins before/],
    [null, { code: "SCHEDULE_INVALID", field: "intervals" }, /^A schedule has at most 3,000/],
    [1, { code: "DURATION_OUT_OF_RANGE", field: "durationS" }, /^The interval ends where/],
    [null, { code: "START_OUT_OF_RANGE", field: "startAt" }, /^All intervals are over/],
    [0, { code: "START_OUT_OF_RANGE", field: "startAt" }, /^The start must lie ahead/],
    [null, { code: "ENERGY_PROMISED", field: "assetId" }, /^A dispatch that was accepted before/],
    [null, { code: "ASSET_RETIRED", field: "assetId" }, /^The asset is retired/],
  ] as const)("says what is wrong: %j %j", (index, part, sentence) => {
    expect(say(index, part)).toMatch(sentence);
  });
});

describe("a refused change of the fleet", () => {
  const broken = {
    ...({ code: "ASSET_INVALID", field: "capacityMwhr" } as const),
    message: "capacityMwhr must be 0.000001 to 1000000 MWh, not 2000000",
  };

  test("names the rule of a field without its name", async () => {
    const rule = serverText("Must be 0.000001 to 1000000 MWh, not 2000000.");
    expect(violationWords(broken)).toBe(rule);
    await loadWords("de");
    expect(violationWords(broken)).toBe(`Nicht zulässig: ${rule}`);
  });

  test("says the other reasons in the language", async () => {
    await loadWords("fi");
    expect(violationWords({ code: "SITE_NOT_EMPTY", field: "id", message: "2 assets run" })).toBe(
      "Kohteessa toimii akkuja: poista ensin ne käytöstä.",
    );
  });
});
