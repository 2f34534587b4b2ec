// The page of the settings: its groups, scopes and address, why a value is in force, and the rows of a history.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DECLARATIONS } from "../../src/config/declarations.ts";
import { targetAddress, targetName } from "../../web/dashboard/audit/target-name.ts";
import type { FleetAsset } from "../../web/dashboard/live/asset-list.ts";
import { createFleet } from "../../web/dashboard/live/fleet.ts";
import { previousOf, shownVersions } from "../../web/dashboard/settings/history-rows.ts";
import { mayHaveOwn, rationaleText, sourceText } from "../../web/dashboard/settings/in-force.ts";
import { reasonError, refusalText } from "../../web/dashboard/settings/proposal.ts";
import {
  chainOf,
  offeredScopes,
  readRightOf,
  rightOf,
  scopeName,
} from "../../web/dashboard/settings/scope.ts";
import {
  groupOf,
  groupsOf,
  isFound,
  nameOf,
  type Setting,
} from "../../web/dashboard/settings/setting-groups.ts";
import {
  choiceOf,
  scopeAddress,
  settingAddress,
} from "../../web/dashboard/settings/settings-params.ts";
import { EN } from "../../web/dashboard/text/en.ts";
import { chooseFormats } from "../../web/dashboard/text/format.ts";
import { serverText } from "../../web/dashboard/text/server-text.ts";
import { loadWords } from "../../web/dashboard/text/words.ts";

beforeEach(() => chooseFormats({ locale: "en-GB" }));
afterEach(() => loadWords("en"));

const asset = (id: string, name: string, site: FleetAsset["site"]): FleetAsset => ({
  ...{ id, name, site, location: "", capacityMwhr: 1, maxMw: 1, minMw: -1 },
});
const NORTH = { id: "s1", name: "North" };
const FLEET = createFleet([
  asset("a1", "BESS-1", NORTH),
  asset("a2", "BESS-2", NORTH),
  asset("a3", "Northern", { id: "s2", name: "South" }),
]);

const setting = (part: Partial<Setting> = {}): Setting => ({
  ...{ id: "stale_s", scope: "platform", description: "no frame for so long", unit: "s" },
  ...{ jsonSchema: { type: "number" }, default: 15, value: 15, version: 0 },
  ...{ inForceScope: null, inForceVersion: null, isOverriddenBy: null, takesEffect: "at once" },
  invalid: [],
  ...part,
});

describe("settings", () => {
  test("that the server declares have each a name and a group of their own", () => {
    const ids = DECLARATIONS.map(({ id }) => id);
    expect(Object.keys(EN.settings.names).sort()).toEqual([...ids].sort());
    expect(ids.filter((id) => groupOf(id) === "other")).toEqual([]);
    const listed = groupsOf(ids.map((id) => setting({ id }))).flatMap((group) => group.settings);
    expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  test("of a newer server are listed last, by their ids", () => {
    const groups = groupsOf([setting({ id: "brand_new" }), setting({ id: "log_level" })]);
    expect(groups.map(({ name }) => name)).toEqual(["server", "other"]);
    expect(nameOf("brand_new")).toBe("brand_new");
  });

  test.each([
    ["stale time", true],
    ["STALE_S", true],
    ["15", true],
    ["alarms frame", true],
    ["at once", true],
    ["stale minutes", false],
  ])("are found by what is shown of them: %s %s", (search, isIt) => {
    expect(isFound(setting(), search)).toBe(isIt);
  });
});

describe("a scope", () => {
  test("has the names of its site and its asset, and what it inherits from", () => {
    const names = (scope: string) => chainOf(scope, FLEET).map((one) => scopeName(one, FLEET));
    expect(names("platform")).toEqual(["Platform"]);
    expect(names("site:s1")).toEqual(["Platform", "Site North"]);
    expect(names("asset:a2")).toEqual(["Platform", "Site North", "Asset BESS-2"]);
    expect(names("asset:gone")).toEqual(["Platform", "Asset gone"]);
    expect(names("flow:day-ahead")).toEqual(["Platform", "Flow day-ahead"]);
    expect(scopeName("asset:a1", undefined)).toBe("Asset a1");
  });

  test("is offered by its name, sites first", () => {
    const namesFor = (text: string) => offeredScopes(FLEET, text).map(({ name }) => name);
    expect(namesFor("nor")).toEqual(["Site North", "Asset Northern"]);
    expect(namesFor("bess")).toEqual(["Asset BESS-1", "Asset BESS-2"]);
    expect(namesFor(" ")).toEqual([]);
    const many = Array.from({ length: 50 }, (_, n) =>
      asset(`b${n}`, `B${n}`, { id: "s3", name: "B" }),
    );
    expect(offeredScopes(createFleet(many), "b").length).toBe(8);
  });

  test("needs a role there, and for an asset one for its site is enough", () => {
    expect(rightOf("platform", FLEET)).toEqual({ action: "administer", place: { isWhole: true } });
    expect(rightOf("site:s1", FLEET)).toMatchObject({ place: { siteId: "s1" } });
    expect(rightOf("asset:a1", FLEET)).toMatchObject({ place: { assetId: "a1", siteId: "s1" } });
    expect(rightOf("flow:x", FLEET)).toEqual({ action: "configure", place: { isWhole: true } });
  });

  test("is read by who changes it, and the platform by who changes what inherits", () => {
    for (const scope of ["site:s1", "asset:a1", "flow:x"])
      expect(readRightOf(scope, FLEET)).toEqual(rightOf(scope, FLEET));
    expect(readRightOf("platform", FLEET)).toEqual({ action: "configure", place: {} });
  });
});

describe("the address", () => {
  test("chooses the scope, the instant, the search and the open setting", () => {
    const params = { scope: "site:s1", at: "2026-11-20", find: " a ", id: "stale_s" };
    expect(choiceOf(params)).toEqual({
      ...{ scope: "site:s1", asOf: "2026-11-20T00:00:00.000Z", search: "a", openId: "stale_s" },
    });
    expect(choiceOf({ at: "nonsense", scope: "" })).toMatchObject({
      ...{ scope: "platform", asOf: undefined, search: "" },
    });
  });

  test("of another scope has all else that is chosen", () => {
    const params = { scope: "site:s1", find: "a" };
    expect(scopeAddress(params, "asset:a1")).toBe("#/settings?find=a&scope=asset%3Aa1");
    expect(scopeAddress(params, "platform")).toBe("#/settings?find=a");
  });

  test("of a setting is that of its records in the audit log", () => {
    const target = "setting:stale_s/site:s1";
    expect(targetName(target, FLEET)).toBe("Stale data, in time, Site North");
    expect(targetAddress(target)).toBe(settingAddress("stale_s", "site:s1"));
  });
});

describe("a value is in force", () => {
  test.each([
    [{}, "Default", "No scope has a value: the default is in force."],
    [
      { inForceScope: "asset:a1", inForceVersion: 2, version: 2 },
      "Set here",
      "Asset BESS-1 has this value, version 2.",
    ],
    [
      { inForceScope: "site:s1", inForceVersion: 1 },
      "From Site North",
      "Asset BESS-1 has no value that counts: that of Site North is in force, version 1.",
    ],
    [{ isOverriddenBy: "STALE_S" }, "By STALE_S", /^STALE_S is given to this server, and wins/],
  ])("because of its scope, or of what overrides it: %j", (part, source, rationale) => {
    const shown = setting({ scope: "asset:a1", ...part });
    expect(sourceText(shown, FLEET)).toBe(source);
    expect(rationaleText(shown, FLEET)).toMatch(rationale);
  });

  test("of the scope itself, so that it can be taken back", () => {
    expect(mayHaveOwn(setting())).toBe(false);
    expect(mayHaveOwn(setting({ inForceScope: "platform", version: 1 }))).toBe(true);
    expect(mayHaveOwn(setting({ version: 2 }))).toBe(false);
    expect(mayHaveOwn(setting({ scope: "site:s1", inForceScope: "platform" }))).toBe(false);
    expect(mayHaveOwn(setting({ isOverriddenBy: "STALE_S", version: 1 }))).toBe(true);
    const invalid = [{ scope: "platform", version: 1, value: "x", message: "stale_s must be" }];
    expect(mayHaveOwn(setting({ version: 1, invalid }))).toBe(true);
  });
});

test("a refused value is said without its id, and other refusals in the language", async () => {
  const refused = { __typename: "SettingRefused", field: "value" } as const;
  const message = "stale_s must be 1 to 86400, not 0";
  const invalid = { ...refused, code: "SETTING_VALUE_INVALID", message } as const;
  expect(refusalText("stale_s", invalid)).toBe(serverText("Must be 1 to 86400, not 0."));
  await loadWords("de");
  const unknown = { ...refused, code: "SITE_UNKNOWN", message: "no site" } as const;
  expect(refusalText("stale_s", unknown)).toMatch(/^Diesen Standort gibt es nicht mehr/);
});

test("a reason may be left out, and has at most 500 characters", () => {
  expect(reasonError("")).toBeUndefined();
  expect(reasonError("x".repeat(500))).toBeUndefined();
  expect(reasonError("x".repeat(501))).toMatch(/500/);
});

test("a version is shown once the one before it is known", () => {
  expect(shownVersions({ versions: [3, 2, 1], next: null })).toEqual([3, 2, 1]);
  expect(shownVersions({ versions: [3, 2], next: "2" })).toEqual([3]);
  expect([0, 1, 2].map((index) => previousOf([3, 2, 1], index))).toEqual([2, 1, undefined]);
});
