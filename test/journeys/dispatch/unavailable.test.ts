// A preview while the database is unavailable: it is not accepted where a dispatch would be refused.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { OWN_SERVERS, type OwnServer } from "../../support/databases.ts";
import type { Json } from "../../support/json.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
let server: OwnServer;
let directory: string;
let application: ApplicationUnderTest;

beforeAll(async () => {
  server = await (OWN_SERVERS[0] as (typeof OWN_SERVERS)[0]).start();
  directory = mkdtempSync(join(tmpdir(), "mando-preview-"));
  application = await startApplication({
    DATABASE_URL: await server.createDatabase(),
    DATA: directory,
  });
}, 60_000);
afterAll(async () => {
  await application?.stop();
  await server?.stop();
  rmSync(directory, { recursive: true });
}, 60_000);

const post = (path: string, body: object) =>
  fetch(application.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const preview = (mw: number) => post("/dispatch/preview", { asset_id: ASSET, mw });
async function graph(mw: number): Promise<Json> {
  const query = `{ dispatchPreview(input: { assetId: "${ASSET}", mw: ${mw} }) { accepted } }`;
  return (await post("/graphql", { query })).json();
}
const SOON = { timeout: 20_000, interval: 100 };

test("a preview answers as the dispatch would, over REST and GraphQL", {
  timeout: 60_000,
}, async () => {
  expect((await preview(5)).status).toBe(200);
  await server.halt();
  application.clock.advance(DT_MS);
  const codes = async () => {
    const { reasons }: Json = await (await fetch(`${application.url}/health/ready`)).json();
    return reasons.map(({ code }: Json) => code);
  };
  await expect.poll(codes, SOON).toEqual(["STORE_DEGRADED"]);
  const dispatch = await post("/dispatch", { asset_id: ASSET, mw: 5 });
  const answer = await preview(5);
  for (const refused of [dispatch, answer]) {
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "STORE_UNAVAILABLE" });
  }
  expect(await graph(5)).toMatchObject({ errors: [{ extensions: { code: "STORE_UNAVAILABLE" } }] });
  // What would be refused anyway is refused.
  expect(await (await preview(999)).json()).toMatchObject({ accepted: false });
  expect(await graph(999)).toEqual({ data: { dispatchPreview: { accepted: false } } });

  await server.restart();
  await expect.poll(codes, SOON).toEqual([]);
  expect(await (await preview(5)).json()).toMatchObject({ accepted: true });
  expect(await graph(5)).toEqual({ data: { dispatchPreview: { accepted: true } } });
});
