// Catalogues for tests of what is generated from them, also with segments that are no identifiers.
import type { CatalogueEntry } from "../../src/cli/catalogue.ts";
import type { PathNode } from "../../src/cli/codegen/path-tree.ts";
import fc from "./fast-check.ts";

export const entryOf = (id: string, difference: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  ...{ id, type: "time_series_double", unit: "EUR/MWh", resolution: "PT15M" },
  ...{ time_zone: "Europe/Helsinki", description: null },
  ...difference,
});

/** Segments that are reserved, or whose names collide. */
const HARD_SEGMENTS =
  "A-B A.B A_B A--B class class_ _class None True Final NumberPoint path type unit time_zone timeZone resolution constructor __proto__ _proto__ __init__ __class__ __slots__ __dict__ __module__ __x toString valueOf 1 15min _15min 2-1 - . .. _ __ --- mro self A_x2d_B A_x5f_B _A _Point_A Point_A _Point_".split(
    " ",
  );

const segment = fc.oneof(
  { arbitrary: fc.constantFrom(...HARD_SEGMENTS), weight: 3 },
  fc.string({ unit: fc.constantFrom(..."aAzZ09_-."), minLength: 1, maxLength: 4 }),
);

/** Texts with what ends comments and literals. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(..."*/\"'`\\$@{}\n\r\t\0\u2028\u202eé\ud83d\ude00 #aNu0{x"),
    maxLength: 30,
  }),
  fc.constantFrom("*/", '"""', "\\", '"', "\n", "@deprecated", "@ts-nocheck", "\\N{x}", "\\u", ""),
);

const entry = fc
  .record({
    id: fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join("/")),
    type: fc.constantFrom<CatalogueEntry["type"]>(
      ...(["time_series_double", "time_series_double_matrix", "static_data"] as const),
    ),
    unit: fc.option(text),
    resolution: fc.option(fc.constantFrom("PT15M", "P1D")),
    description: fc.option(text),
  })
  .map(({ id, ...difference }) => entryOf(id, difference));

/** In the order of their paths, some of which are below others. */
export const catalogues: fc.Arbitrary<readonly CatalogueEntry[]> = fc
  .uniqueArray(entry, { selector: ({ id }) => id, minLength: 1, maxLength: 30 })
  .map((entries) => entries.sort((a, b) => (a.id < b.id ? -1 : 1)));

/** The entries of a tree, with the names that lead to each. */
export function namedEntries(
  { entry, children }: PathNode,
  names: readonly string[] = [],
): (readonly [names: readonly string[], entry: CatalogueEntry])[] {
  const below = children.flatMap((child) => namedEntries(child, [...names, child.name]));
  return entry === undefined ? below : [[names, entry], ...below];
}
