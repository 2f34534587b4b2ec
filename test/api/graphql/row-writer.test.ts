import {
  buildSchema,
  type FieldNode,
  type GraphQLObjectType,
  graphqlSync,
  type OperationDefinitionNode,
  parse,
} from "graphql";
import { describe, expect, test } from "vitest";
import { createRowWriter } from "../../../src/api/graphql/server/row-writer.ts";

const schema = buildSchema(`
  enum Colour { RED }
  type Row { id: ID! text: String! ratio: Float! colour: Colour! maybe: Float times(by: Float): Float! other: Row! }
  type Query { rows: [Row!]! }
`);
const ROW = { id: "1", text: '"\n\u2028é😀', ratio: -0.1 / 3, colour: "RED", maybe: null };

function writerOf(fields: string) {
  const [operation] = parse(`{ rows { ${fields} } }`).definitions;
  const [list] = (operation as OperationDefinitionNode).selectionSet.selections;
  return createRowWriter(schema.getType("Row") as GraphQLObjectType, list as FieldNode);
}

describe("a row is written as it is executed", () => {
  test.each([
    "id text ratio colour maybe",
    "maybe",
    "__typename id",
    "a: text b: text a: text type: __typename",
  ])("%s", (fields) => {
    const { data } = graphqlSync({
      schema,
      source: `{ rows { ${fields} } }`,
      rootValue: { rows: [ROW] },
    });
    expect(`[${writerOf(fields)?.(ROW)}]`).toBe(JSON.stringify(data?.rows));
  });

  test.each([
    "id @include(if: true)",
    "... on Row { id }",
    "times(by: 2)",
    "times",
    "id other { id }",
  ])("or not at all, where more than plain values are selected: %s", (fields) => {
    expect(writerOf(fields)).toBeUndefined();
  });

  test.each([
    ["ratio", Number.NaN],
    ["ratio", undefined],
    ["text", null],
    ["colour", "GREEN"],
    ["ratio", Promise.resolve(1)],
  ])("or throws, where the schema promises another value: %s = %s", (name, value) => {
    expect(() => writerOf(name)?.({ ...ROW, [name]: value })).toThrow();
  });
});
