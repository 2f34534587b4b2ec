import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";
import { AssetForecast, Preview, SiteForecast } from "../../web/dashboard/api/operations.ts";
import { repeated } from "../../web/dashboard/api/request-each.ts";

const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));

test.each([
  ["asset", AssetForecast],
  ["site", SiteForecast],
  ["dispatchPreview", Preview],
])("a query of %s becomes one of several, which the schema takes", (name, { query }) => {
  const several = repeated(query, 3);
  expect(several.field).toBe(name);
  expect(validate(schema, parse(several.query))).toEqual([]);
  expect(several.query.match(new RegExp(`${name}_\\d: ${name}\\(`, "g"))?.length).toBe(3);
});

test("each has its own variables", () => {
  const { query } = repeated("query A($id: ID!) {\n  site(id: $id) {\n    name\n  }\n}", 2);
  expect(query.replace(/\s+/g, " ")).toBe(
    "query A($id_0: ID!, $id_1: ID!) { site_0: site(id: $id_0) { name } site_1: site(id: $id_1) { name } } ",
  );
});

test("what is no query of a field is an error", () => {
  expect(() => repeated("mutation A { b }", 2)).toThrow("mutation A");
});
