// What a dispatch is answered where its service fails.
import { afterEach, expect, test } from "vitest";
import { Fault } from "../../../src/domain/base/fault.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import { createAppUnderTest, serveApp } from "../../support/app-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** The answer to a dispatch that meets this error, and what was logged and counted. */
async function answerTo(error: Error) {
  const logged: object[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn: (fields) => logged.push(fields),
    error: (fields) => logged.push(fields),
  };
  const counted: unknown[] = [];
  const app = createAppUnderTest(
    { dispatch: { dispatch: () => Promise.reject(error) } },
    log,
    (method, route, status) => counted.push([method, route, status]),
  );
  const { url, stop } = await serveApp(app);
  stops.push(stop);
  const answer = await fetch(`${url}/dispatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ asset_id: ASSET, mw: 5 }),
  });
  return { answer, body: await answer.json(), logged, counted };
}

test("a dispatch that the store cannot take is to be sent again", async () => {
  const { answer, body, counted, logged } = await answerTo(
    new Fault("STORE_UNAVAILABLE", "it is unavailable", { retryable: true }),
  );
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ code: "STORE_UNAVAILABLE", detail: "it is unavailable" });
  expect(counted).toEqual([["POST", "/dispatch", 503]]);
  // Health logs it once for all of them.
  expect(logged).toEqual([]);
});

test("the answer to a dispatch that fails has no cause, and names the log entry that has it", async () => {
  const { answer, body, logged } = await answerTo(new Error("a secret"));
  expect([answer.status, answer.headers.get("x-request-id")]).toEqual([500, "request-1"]);
  expect(JSON.stringify(body)).not.toContain("secret");
  expect(body).toMatchObject({ code: "INTERNAL", detail: expect.stringContaining("request-1") });
  expect(logged).toMatchObject([{ requestId: "request-1", method: "POST", path: "/dispatch" }]);
});
