// Names and places, as people write them and every store keeps them.
import { describe, expect, test } from "vitest";
import { assetFindings, siteFindings } from "../../../src/domain/fleet/asset-rules.ts";
import { ASSET, SITE } from "../../support/tick-tables.ts";

const fieldsAtFault = (text: string) => ({
  site: siteFindings({ ...SITE, name: text, location: text }).map(([field]) => field),
  asset: assetFindings({ ...ASSET, name: text }).map(([field]) => field),
});
const NONE = { site: [], asset: [] };
const ALL = { site: ["name", "location"], asset: ["name"] };

describe("a text", () => {
  test.each(["Ä", "电池 🔋", 'a "quoted"\nline', "x".repeat(200)])("may be %j", (text) => {
    expect(fieldsAtFault(text)).toEqual(NONE);
  });
  test.each(["a\0b", "half \ud83d", "\udd0b half", "x".repeat(201)])("may not be %j", (text) => {
    expect(fieldsAtFault(text)).toEqual(ALL);
  });

  test.each(["", " \t", "\u00a0", "\u200b\u2060", "\u202e"])("may not be the name %j", (text) => {
    expect(fieldsAtFault(text)).toEqual({ site: ["name"], asset: ["name"] });
  });
});
