import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writeOperations } from "./operations.ts";

const MODULE = "web/dashboard/api";
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the operations of the dashboard are committed as the schema types them (npm run fix writes them)", async () => {
  const written = await writeOperations(
    read("schema.graphql"),
    read(`${MODULE}/operations.graphql`),
  );
  await expect(written).toMatchFileSnapshot(`../../${MODULE}/operations.ts`);
});

test("an operation that the schema does not know is noticed", async () => {
  const schema = read("schema.graphql");
  await expect(writeOperations(schema, "query A { fleet { colour } }")).rejects.toThrow("colour");
});
