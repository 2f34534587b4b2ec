// Traces of a server with a database: queries below requests, and writes behind with what led to them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnServer, startEmbedded } from "../../support/databases.ts";
import { startTraceReceiver, type TraceReceiver } from "../../support/trace-receiver.ts";
import { startTraced, type TracedApplication } from "../../support/traced-application.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

let server: OwnServer;
let receiver: TraceReceiver;
let application: TracedApplication;
let databaseUrl: string;
let directory: string;

beforeAll(async () => {
  server = await startEmbedded();
  databaseUrl = await server.createDatabase();
  directory = mkdtempSync(join(tmpdir(), "mando-traces-"));
  receiver = await startTraceReceiver();
  application = await startTraced({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl,
    DATABASE_URL: databaseUrl,
    DATA: directory,
  });
}, 60_000);
afterAll(async () => {
  await application?.stop();
  await receiver?.close();
  await server?.stop();
  rmSync(directory, { recursive: true });
});

function dispatch(assetId: string): Promise<Response> {
  return fetch(`${application.url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: assetId, mw: 1 }),
  });
}

test("the commit of a dispatch has its query, and the writes behind refer to it and to the tick", async () => {
  expect((await dispatch(ASSET)).status).toBe(202);
  const commit = await receiver.find("dispatch commit");
  const query = await receiver.find("INSERT dispatches");
  expect(query).toMatchObject({
    ...{ traceId: commit.traceId, parentSpanId: commit.spanId, kind: 3, status: 0 },
    attributes: {
      "db.system.name": "postgresql",
      "db.operation.name": "INSERT",
      "db.collection.name": "dispatches",
      "db.namespace": new URL(databaseUrl).pathname.slice(1),
    },
  });
  application.tick();
  const tick = await receiver.find("tick");
  expect(tick.links).toEqual([commit.spanId]);
  await expect
    .poll(() => writesFor(tick.spanId), { timeout: 5000 })
    .toEqual(["INSERT telemetry of write-behind"]);
  expect(writesFor(commit.spanId)).toEqual(["UPDATE dispatches of write-behind"]);
});

/** The queries of the writes that refer to a span, or to a child of it. */
function writesFor(spanId: string): string[] {
  const { spans } = receiver;
  const frames = spans.filter((it) => it.parentSpanId === spanId).map((it) => it.spanId);
  return spans
    .filter(({ links }) => links.some((link) => link === spanId || frames.includes(link)))
    .filter(({ name }) => name === "write-behind")
    .flatMap((write) =>
      spans
        .filter(({ parentSpanId }) => parentSpanId === write.spanId)
        .map(({ name }) => `${name} of ${write.name}`),
    );
}

test("a read has its query below the request", async () => {
  await fetch(`${application.url}/telemetry/${ASSET}/history?from=2026-11-20T00:00:00Z`);
  const request = await receiver.find("GET /telemetry/{id}/history");
  const query = await receiver.find("SELECT telemetry");
  expect(query).toMatchObject({ traceId: request.traceId, parentSpanId: request.spanId });
});

test("during an outage the query has the code of the failure, and the password is nowhere", async () => {
  await server.halt();
  expect((await dispatch(ASSET)).status).toBe(503);
  await expect
    .poll(() => receiver.spans.filter(({ status }) => status === 2).map(({ name }) => name), {
      timeout: 10_000,
    })
    .toEqual(expect.arrayContaining(["INSERT dispatches", "dispatch commit", "POST /dispatch"]));
  const failed = receiver.spans.find((it) => it.name === "INSERT dispatches" && it.status === 2);
  expect(failed?.attributes["error.type"]).toBe("STORE_UNAVAILABLE");
  await server.restart();
  const { password } = new URL(databaseUrl);
  expect(password.length).toBeGreaterThan(8);
  for (const { bytes } of receiver.deliveries) {
    expect(bytes.includes(password)).toBe(false);
    expect(bytes.includes(databaseUrl)).toBe(false);
  }
});
