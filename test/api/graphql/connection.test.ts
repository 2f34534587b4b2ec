import { describe, expect, test } from "vitest";
import { pageOf } from "../../../src/api/graphql/base/connection.ts";

const items = (...ids: string[]) => ids.map((id) => ({ id }));
const idsOf = (page: { edges: readonly { node: { id: string } }[] }) =>
  page.edges.map(({ node }) => node.id);

describe("a cursor", () => {
  const { edges } = pageOf("asset", items("a", "c", "e", "g"), { first: 2 });
  const after = edges[1]?.cursor as string;

  test("continues after its item", () => {
    expect(idsOf(pageOf("asset", items("a", "c", "e", "g"), { after }))).toEqual(["e", "g"]);
  });

  test("stays good while items come and go, also when its own is gone", () => {
    expect(idsOf(pageOf("asset", items("b", "d", "e", "f", "g"), { after }))).toEqual([
      "d",
      "e",
      "f",
      "g",
    ]);
    expect(idsOf(pageOf("asset", items("a"), { after }))).toEqual([]);
  });

  test("of another list is refused", () => {
    expect(() => pageOf("site", items("a"), { after })).toThrow(/cursor of an earlier page/);
  });
});
