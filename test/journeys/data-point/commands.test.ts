// The commands of data points, through a server that runs.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "@uwdata/flechette";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN } from "../../support/identities.ts";

const MAIN = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const PRICE = "Market/FI/Price";
const AT = "2026-01-01T00:00:00.000Z";
let application: ApplicationUnderTest;
let directory: string;

beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN });
  directory = mkdtempSync(join(tmpdir(), "mando-data-"));
});
afterAll(async () => {
  await application.stop();
  rmSync(directory, { recursive: true });
});

function run(args: readonly string[], input = "", token = ADMIN_TOKEN) {
  const { port } = new URL(application.url);
  const env = { PATH: process.env.PATH, PORT: port, MANDO_TOKEN: token };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, "data", ...args],
      { env, encoding: "latin1" },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

test("describe, put, get, ls, export and import", { timeout: 60_000 }, async () => {
  const details = ["--type", "time_series_double", "--unit", "EUR/MWh", "--resolution", "PT15M"];
  const described = await run(["describe", PRICE, ...details, "--max", "4000"]);
  expect(described).toEqual({ code: 0, stdout: `${PRICE} is described\n`, stderr: "" });
  const put = await run(["put"], `id,timestamp,value\n${PRICE},${AT},41.5\n`);
  expect(put.stdout).toMatch(/^1 values, recorded at 20/);
  const file = join(directory, "more.csv");
  writeFileSync(file, `id;timestamp;value\n${PRICE};${AT};12,5\n`);
  const signs = ["--separator", ";", "--decimal", ",", "--source", "override"];
  expect((await run(["put", file, ...signs])).code).toBe(0);
  const got = await run(["get", PRICE]);
  expect(got.stdout).toContain(`${PRICE},${AT},12.5,override,`);
  const arrow = await run(["get", "--prefix", "Market", "--format", "arrow"]);
  const table = tableFromIPC(Uint8Array.from(Buffer.from(arrow.stdout, "latin1")));
  expect(table.get(0)).toMatchObject({ id: PRICE, value: 12.5 });
  const listed = (await run(["ls", "Market"])).stdout;
  expect(listed).toBe(`${PRICE}  time_series_double  EUR/MWh  PT15M\n`);
  const catalogue = join(directory, "catalogue.csv");
  writeFileSync(catalogue, (await run(["export"])).stdout.replace(PRICE, "Market/SE/Price"));
  expect((await run(["import", catalogue])).stdout).toBe("1 data points are described\n");
  const [, other] = (await run(["export"])).stdout.split("\n").slice(1);
  expect(other).toBe(readFileSync(catalogue, "utf8").split("\n")[1]);
});

test("codegen writes constants to a file, again the same", { timeout: 60_000 }, async () => {
  await run(["describe", PRICE, "--type", "time_series_double", "--unit", "EUR/MWh"]);
  await run(["describe", "Other", "--type", "static_data"]);
  const codegen = (language: string, ...others: string[]) =>
    run(["codegen", "--language", language, ...others]);
  const printed = await codegen("python", "--prefix", "Market/FI");
  expect(printed.stdout).toContain(`Price: Final = NumberPoint("${PRICE}", "EUR/MWh", `);
  expect(printed.stdout).not.toContain("Other");
  const out = join(directory, "points.ts");
  for (const _ of [1, 2]) {
    const written = await codegen("typescript", "--out", out);
    expect(written).toEqual({ code: 0, stdout: "", stderr: "" });
  }
  const text = readFileSync(out, "utf8");
  expect(text).toContain(`path: "${PRICE}",`);
  expect((await codegen("typescript")).stdout).toBe(text);
});

test("codegen writes over no other file, and nothing without data points", {
  timeout: 60_000,
}, async () => {
  const own = join(directory, "own.ts");
  writeFileSync(own, "// by hand");
  const refused = await run(["codegen", "--language", "typescript", "--out", own]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("name another file") });
  expect(readFileSync(own, "utf8")).toBe("// by hand");
  const none = await run(["codegen", "--language", "python", "--prefix", "None"]);
  expect([none.code, none.stdout]).toEqual([2, ""]);
  expect(none.stderr).toMatch(/^mando: no data point is at or below None: .*\n$/);
  expect((await run(["codegen", "--language", "cobol"])).code).toBe(2);
});

test("the fleet is listed and read, and not exported", { timeout: 60_000 }, async () => {
  const path = "Asset/VALKEAKOSKI-1/SoC";
  expect((await run(["ls", path])).stdout).toBe(`${path}  time_series_double  MWh  PT4S\n`);
  expect((await run(["get", path])).stdout).toContain(`${path},`);
  const exported = (await run(["export"])).stdout;
  expect(exported).not.toContain("Asset/");
  expect(exported.split("\n")[0]).toMatch(/,is_read_only$/);
  const refused = await run(["put"], `id,timestamp,value\n${path},${AT},1\n`);
  expect(refused.stderr).toMatch(/answers 409: row 1 \(.*\): .* is answered from the fleet, and/);
});

test("a refusal is one line with what to do", { timeout: 60_000 }, async () => {
  const wrong = await run(["put"], `id,timestamp,value\nNone,${AT},1\n`);
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toMatch(/^mando: http.* answers 404: row 1 \(None\): no data point .*\n$/);
  const signedOut = await run(["put"], `id,timestamp,value\nNone,${AT},1\n`, "not a token");
  expect(signedOut.stderr).toMatch(/answers 401/);
  expect((await run(["get", PRICE, "--format", "xls"])).code).toBe(2);
});
