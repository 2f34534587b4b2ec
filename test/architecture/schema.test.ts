import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import { schema } from "../../src/api/graphql/schema.ts";

const FILE = "schema.graphql";
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

describe("the schema", () => {
  test("is committed as the code prints it (npm run fix writes it)", async () => {
    await expect(printed).toMatchFileSnapshot(`../../${FILE}`);
  });

  test("breaks nothing that was committed, unless the change says so", () => {
    const before = lastOtherVersion();
    if (before === undefined) return;
    expect(unsaidBreaks(buildSchema(before), buildSchema(printed))).toEqual([]);
  });

  test("describes every type, field, argument and enum value", () => {
    expect(undescribed(schema)).toEqual([]);
  });

  test("is checked by what notices planted faults", () => {
    const before = buildSchema("type Query { a: Int, b: Int }");
    const after = buildSchema("type Query { a: Int }");
    expect(unsaidBreaks(before, after)).toEqual(["Query.b was removed."]);
    expect(unsaidBreaks(before, before)).toEqual([]);
    const bare = buildSchema('"""All""" type Query { a(b: C): Int } "c" enum C { D }');
    expect(undescribed(bare)).toEqual(["Query.a", "Query.a(b)", "C.D"]);
  });
});

/** Breaks that are meant, as `findBreakingChanges` words them; emptied once the change is out. */
function saidBreaks(): string[] {
  const file = new URL("./breaking-changes.txt", import.meta.url);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function unsaidBreaks(before: GraphQLSchema, after: GraphQLSchema): string[] {
  const said = new Set(saidBreaks());
  return findBreakingChanges(before, after)
    .map(({ description }) => description)
    .filter((description) => !said.has(description));
}

/** The newest committed text of the schema that differs from the present one; undefined where there is none. */
function lastOtherVersion(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  try {
    const commits = git("log", "-5", "--format=%H", "--", FILE).trim().split("\n").filter(Boolean);
    return commits
      .map((commit) => git("show", `${commit}:${FILE}`))
      .find((text) => text !== printed);
  } catch {
    return undefined; // Not a checkout: there is nothing to compare with.
  }
}

function undescribed(of: GraphQLSchema): string[] {
  const missing: string[] = [];
  const check = (name: string, { description }: { description?: string | null | undefined }) => {
    if (!description) missing.push(name);
  };
  for (const type of Object.values(of.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    check(type.name, type);
    if (isEnumType(type))
      for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        check(`${type.name}.${field.name}`, field);
  }
  return missing;
}
