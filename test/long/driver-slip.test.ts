// The built program knows the defects of its database driver by the place of the driver's files.
import { readFileSync } from "node:fs";
import postgres from "postgres";
import { expect, test } from "vitest";
import { isDriverSlip } from "../../src/compose/driver-slip.ts";

const BUNDLE = new URL("../../dist/run.js", import.meta.url);

test("an error of the driver names a file of the driver, also in the built program", async () => {
  const sql = postgres("postgres://127.0.0.1:1/none", { max: 1, connect_timeout: 1 });
  const error = await sql`select 1`.catch((fault) => fault);
  await sql.end({ timeout: 0 });
  const slip = { message: error.message, stack: error.stack, code: "CONNECTION_CLOSED" };
  expect(isDriverSlip(slip)).toBe(true);
  expect(readFileSync(BUNDLE, "utf8")).toMatch(/^import postgres from "postgres";$/m);
});
