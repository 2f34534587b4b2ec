import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createDispatchListener } from "../../../src/api/rest/dispatch/direct.ts";
import { createFailures } from "../../../src/api/transport/failures.ts";
import { createRequestPolicy } from "../../../src/api/transport/request-policy.ts";
import { Fault } from "../../../src/domain/base/fault.ts";
import type { Log } from "../../../src/domain/ports/log.ts";
import type { DispatchService } from "../../../src/services/dispatch/dispatch.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
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
  const listen = createDispatchListener({
    services: {
      isReady: () => true,
      dispatch: { dispatch: () => Promise.reject(error) } as unknown as DispatchService,
    },
    requestPolicy: createRequestPolicy({
      host: "127.0.0.1",
      allowedHosts: [],
      corsOrigin: [],
      apiToken: undefined,
    }),
    limits: { maxMessageKb: 1 },
    failures: createFailures(log, { newId: () => "request-1" }),
    observe: (method, route, status) => counted.push([method, route, status]),
  });
  const server = createServer((request, response) => {
    if (!listen(request, response)) response.writeHead(418).end();
  });
  stops.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ asset_id: ASSET, mw: 5 });
  const answer = await fetch(`http://127.0.0.1:${port}/dispatch`, {
    method: "POST",
    headers,
    body,
  });
  return { answer, body: await answer.json(), logged, counted };
}

test("a dispatch that the store cannot take is to be asked again", async () => {
  const { answer, body, counted, logged } = await answerTo(
    new Fault("STORE_UNAVAILABLE", "it is away", { retryable: true }),
  );
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ code: "STORE_UNAVAILABLE", detail: "it is away" });
  expect(counted).toEqual([["POST", "/dispatch", 503]]);
  // Health logs it once for all of them.
  expect(logged).toEqual([]);
});

test("a dispatch that fails tells nothing of why, but where the log has it", async () => {
  const { answer, body, logged } = await answerTo(new Error("a secret"));
  expect([answer.status, answer.headers.get("x-request-id")]).toEqual([500, "request-1"]);
  expect(JSON.stringify(body)).not.toContain("secret");
  expect(body).toMatchObject({ code: "INTERNAL", detail: expect.stringContaining("request-1") });
  expect(logged).toMatchObject([{ requestId: "request-1", method: "POST", path: "/dispatch" }]);
});
