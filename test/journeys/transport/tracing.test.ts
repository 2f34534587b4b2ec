// Traces as a collector receives them: of requests, dispatches, ticks and frames.
import { createClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { GRPC, receiveByGrpc } from "../../support/grpc-receiver.ts";
import { startTraceReceiver, type TraceReceiver } from "../../support/trace-receiver.ts";
import { startTraced, type TracedApplication } from "../../support/traced-application.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT_ID = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;
const TOKEN = "the-token-of-all-changes";
const HEADER_SECRET = "the-key-of-the-collector";

let receiver: TraceReceiver;
let application: TracedApplication;

function postTo(path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(`${application.url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

const dispatch = (mw: number, headers?: Record<string, string>) =>
  postTo("/dispatch", { asset_id: ASSET, mw }, headers);

describe("the trace of a request", () => {
  beforeAll(async () => {
    receiver = await startTraceReceiver();
    application = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${HEADER_SECRET}`,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=lab",
      API_TOKEN: TOKEN,
    });
  });
  afterAll(async () => {
    await application.stop();
    await receiver.close();
  });

  test("has the decision and the commit of a dispatch, and the next tick refers to it", async () => {
    const response = await dispatch(1, { traceparent: TRACEPARENT, tracestate: "vendor=one" });
    expect(response.status).toBe(202);
    application.tick();
    application.tick();

    const server = await receiver.find("POST /dispatch");
    expect(server).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: PARENT_ID,
      traceState: "vendor=one",
      kind: 2,
      status: 0,
      attributes: {
        "http.request.method": "POST",
        "http.route": "/dispatch",
        "http.response.status_code": 202,
        "url.path": "/dispatch",
        "url.scheme": "http",
      },
    });
    expect(response.headers.get("traceresponse")).toBe(`00-${TRACE_ID}-${server.spanId}-01`);
    const decide = await receiver.find("dispatch decide", { "mando.dispatch.outcome": "accepted" });
    const commit = await receiver.find("dispatch commit");
    for (const span of [decide, commit])
      expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: server.spanId, kind: 1 });
    // Starts are whole ms.
    expect(decide.startNs).toBeGreaterThanOrEqual(server.startNs);
    expect(commit.startNs + 1_000_000n).toBeGreaterThan(decide.endNs);
    expect(commit.endNs).toBeGreaterThanOrEqual(commit.startNs);

    await expect.poll(() => receiver.spans.filter(({ name }) => name === "tick").length).toBe(2);
    const ticks = receiver.spans.filter(({ name }) => name === "tick");
    expect(ticks.filter(({ links }) => links.includes(commit.spanId))).toHaveLength(1);
    const [tick] = ticks;
    expect(tick).toMatchObject({ parentSpanId: "", kind: 1 });
    expect(tick?.traceId).not.toBe(TRACE_ID);
    const frame = receiver.spans.find(
      (it) => it.name === "frame" && it.parentSpanId === tick?.spanId,
    );
    expect(frame).toMatchObject({ traceId: tick?.traceId });
    expect(server.resource).toMatchObject({
      "service.name": "mando",
      "service.version": "1.2.3",
      "deployment.environment.name": "lab",
      "telemetry.sdk.language": "nodejs",
    });
  });

  test("begins anew where the client names no span, or none that is valid", async () => {
    for (const traceparent of ["", "00-1-2-01", `00-${"0".repeat(32)}-${PARENT_ID}-01`]) {
      const response = await fetch(`${application.url}/health/live?n=1`, {
        headers: traceparent === "" ? {} : { traceparent },
      });
      const [, traceId] = response.headers.get("traceresponse")?.split("-") ?? [];
      await expect
        .poll(() => receiver.spans.find((it) => it.traceId === traceId))
        .toMatchObject({
          name: "GET /health/live",
          parentSpanId: "",
        });
    }
  });

  test("is not recorded where the client's is not", async () => {
    const before = receiver.spans.length;
    const response = await dispatch(1, { traceparent: TRACEPARENT.replace(/01$/, "00") });
    expect(response.headers.get("traceresponse")).toMatch(/-00$/);
    await fetch(`${application.url}/assets/${ASSET}`);
    await receiver.find("GET /assets/{id}");
    const later = receiver.spans.slice(before);
    expect(later.filter(({ name }) => name === "POST /dispatch")).toEqual([]);
  });

  test("names the refusal of a dispatch, and the route of an unknown path not at all", async () => {
    expect((await dispatch(1e6)).status).toBe(422);
    await receiver.find("dispatch decide", { "mando.dispatch.outcome": "POWER_OUT_OF_LIMITS" });
    await fetch(`${application.url}/nothing/here`);
    const { name, attributes } = await receiver.find("GET", { "url.path": "/nothing/here" });
    expect(name).toBe("GET");
    expect(attributes).toMatchObject({ "http.response.status_code": 404 });
    expect(attributes["http.route"]).toBeUndefined();
  });

  test("has one decision and one commit for dispatches that came together", async () => {
    const dispatches = Array.from({ length: 50 }, () => ({ asset_id: ASSET, mw: 1 }));
    expect((await postTo("/dispatches", { dispatches })).status).toBeLessThan(300);
    const { traceId } = await receiver.find("POST /dispatches");
    const own = receiver.spans.filter((it) => it.traceId === traceId).map(({ name }) => name);
    expect(own.sort()).toEqual(["POST /dispatches", "dispatch commit", "dispatch decide"]);
    await receiver.find("dispatch decide", { "mando.requests": 50 });
    await receiver.find("dispatch commit", { "mando.dispatches": 50 });
  });

  test("has the operation of GraphQL, and no document", async () => {
    const query = `mutation Move($id: ID!) { dispatch(input: { assetId: $id, mw: 1 }) { __typename } }`;
    await postTo("/graphql", { query, variables: { id: ASSET } });
    const server = await receiver.find("POST /graphql");
    const operation = await receiver.find("graphql mutation");
    expect(operation).toMatchObject({
      traceId: server.traceId,
      parentSpanId: server.spanId,
      attributes: { "graphql.operation.type": "mutation", "graphql.operation.name": "Move" },
    });
    const decide = receiver.spans.find(
      (it) => it.name === "dispatch decide" && it.parentSpanId === operation.spanId,
    );
    expect(decide?.traceId).toBe(server.traceId);
  });

  test("follows a WebSocket, by its connection and by each operation", async () => {
    const client = createClient({
      url: `${application.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { traceparent: TRACEPARENT.replace("4bf9", "aaaa") },
    });
    const query = "query ByConnection { __typename }";
    for await (const { data } of client.iterate({ query })) expect(data).toBeDefined();
    const extensions = { traceparent: TRACEPARENT.replace("4bf9", "bbbb") };
    const other = { query: query.replace("ByConnection", "ByOperation"), extensions };
    for await (const { data } of client.iterate(other)) expect(data).toBeDefined();
    await client.dispose();
    for (const [name, traceId] of [
      ["ByConnection", TRACE_ID.replace("4bf9", "aaaa")],
      ["ByOperation", TRACE_ID.replace("4bf9", "bbbb")],
    ])
      expect(
        await receiver.find("graphql query", { "graphql.operation.name": name }),
      ).toMatchObject({ traceId, parentSpanId: PARENT_ID, kind: 2 });
  });

  test("of a stream ends when it begins, and one span stands for all that is sent of a frame", async () => {
    const abort = new AbortController();
    const { signal } = abort;
    for (let n = 0; n < 3; n++)
      await fetch(`${application.url}/telemetry/stream?asset_id=${ASSET}`, { signal });
    await receiver.find("GET /telemetry/stream", { "http.response.status_code": 200 });
    application.tick();
    const send = await receiver.find("subscriber send", { "mando.frames_sent": 3 });
    const frame = receiver.spans.find(({ spanId }) => spanId === send.parentSpanId);
    expect(frame?.name).toBe("frame");
    abort.abort();
  });

  test("is named by the lines of the log", async () => {
    const { log } = application;
    const response = await dispatch(1e6, { traceparent: TRACEPARENT.replace("4bf9", "cccc") });
    expect(response.status).toBe(422);
    const traceId = TRACE_ID.replace("4bf9", "cccc");
    const line = log.find(({ fields }) => (fields as { trace_id?: string }).trace_id === traceId);
    expect(line?.message).toContain("refused");
    application.tick();
    expect(application.tracing.logFields()).toEqual({});
  });

  test("holds no value of a secret, wherever a client puts it", async () => {
    const { url } = application;
    const encoded = [...TOKEN].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join("");
    await fetch(`${url}/telemetry/${TOKEN}`);
    await fetch(`${url}/telemetry/${encoded}`);
    await fetch(`${url}/health/live?token=${TOKEN}`, {
      headers: { traceparent: TRACEPARENT, tracestate: `key=${TOKEN}`, "x-key": TOKEN },
    });
    await receiver.find("GET /telemetry/{id}", { "url.path": "[redacted]" });
    await receiver.find("GET /health/live", { "url.path": "/health/live" });
    const [first] = receiver.deliveries;
    expect(first?.headers["x-key"]).toBe(HEADER_SECRET);
    expect(first?.path).toBe("/v1/traces");
    for (const { bytes } of receiver.deliveries)
      for (const secret of [TOKEN, HEADER_SECRET, encoded, "Bearer"])
        expect(bytes.includes(secret)).toBe(false);
  });

  test("is counted", async () => {
    const metrics = await (await fetch(`${application.url}/metrics`)).text();
    expect(metrics).toMatch(/^mando_trace_spans_sent_total [1-9]/m);
    expect(metrics).toMatch(/^mando_trace_spans_dropped_total 0$/m);
  });
});

describe("spans", () => {
  beforeEach(async () => {
    receiver = await startTraceReceiver();
  });
  afterEach(async () => {
    await application.stop();
    await receiver.close();
  });

  test.each([
    ["http/protobuf", "none"],
    ["http/protobuf", "gzip"],
    ["http/json", "none"],
    ["http/json", "gzip"],
    ["grpc", "none"],
    ["grpc", "gzip"],
  ])("are sent by %s, compressed by %s", async (protocol, compression) => {
    const isGrpc = protocol === "grpc";
    application = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: isGrpc ? receiver.grpcUrl : receiver.httpUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
      OTEL_EXPORTER_OTLP_HEADERS: "X-Scope=mine",
    });
    await fetch(`${application.url}/assets/${ASSET}`, { headers: { traceparent: TRACEPARENT } });
    const span = await receiver.find("GET /assets/{id}", { "http.response.status_code": 200 });
    expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID, kind: 2 });
    expect(span.endNs).toBeGreaterThan(span.startNs);
    expect(Number(span.startNs / 1_000_000n)).toBeGreaterThan(Date.now() - 60_000);
    application.tick();
    const { attributes } = await receiver.find("tick");
    expect(attributes["mando.tick.lateness_s"]).toBe(0);
    expect(receiver.deliveries[0]?.headers["x-scope"]).toBe("mine");
    expect(application.tracing.counts().dropped).toBe(0);
  });

  test.skipIf(GRPC === undefined)("are received by a server of grpc-js", async () => {
    const grpc = await receiveByGrpc();
    application = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: grpc.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
      OTEL_EXPORTER_OTLP_HEADERS: "x-scope=mine",
    });
    for (const path of ["/assets", "/health/live"]) {
      await fetch(`${application.url}${path}`);
      await expect
        .poll(() => grpc.spans.map(({ name }) => name), { timeout: 5000 })
        .toContain(`GET ${path}`);
    }
    expect(grpc.scopes).toContain("mine");
    expect(application.tracing.counts()).toEqual({ sent: grpc.spans.length, dropped: 0 });
    grpc.close();
  });

  test("of ticks and requests are sampled by a ratio", async () => {
    application = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl,
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    });
    for (let n = 0; n < 200; n++) application.tick();
    await fetch(`${application.url}/health/live`, { headers: { traceparent: TRACEPARENT } });
    await receiver.find("GET /health/live");
    const ticks = receiver.spans.filter(({ name }) => name === "tick");
    const frames = receiver.spans.filter(({ name }) => name === "frame");
    expect(ticks.length).toBeGreaterThan(20);
    expect(ticks.length).toBeLessThan(90);
    expect(new Set(frames.map((it) => it.traceId))).toEqual(new Set(ticks.map((it) => it.traceId)));
  });

  test("that are not sent yet are sent by a stop", async () => {
    application = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_BSP_SCHEDULE_DELAY: "600000",
    });
    await fetch(`${application.url}/assets/${ASSET}`);
    await application.stop();
    expect(receiver.spans.map(({ name }) => name)).toContain("GET /assets/{id}");
  });

  test.each([
    ["http/protobuf", { http: 503, grpc: 14 }],
    ["grpc", { http: 503, grpc: 14 }],
    ["http/json", { http: 400, grpc: 3 }],
    ["grpc", { http: 400, grpc: 3 }],
  ])(
    "that a collector refuses by %s with %o are dropped and counted, and said once",
    async (protocol, answer) => {
      receiver.answer = answer;
      application = await startTraced({
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_TIMEOUT: "500",
      });
      const { tracing, log } = application;
      for (let n = 0; n < 3; n++) {
        expect((await dispatch(1)).status).toBe(202);
        await expect.poll(() => tracing.counts().dropped).toBeGreaterThan(3 * n);
      }
      const warnings = () => log.filter(({ message }) => message.includes("traces"));
      expect(warnings()).toHaveLength(1);
      expect(warnings()[0]?.message).toMatch(/^traces cannot be sent to http:\/\/127.0.0.1:\d+ \(/);
      receiver.answer = { http: 200, grpc: 0 };
      await dispatch(1);
      await receiver.find("POST /dispatch");
      await expect.poll(warnings).toHaveLength(2);
      expect(warnings()[1]?.message).toMatch(/again$/);
    },
  );

  test("are tried again where the collector is busy for a moment", async () => {
    receiver.answer = { http: 503, grpc: 14 };
    application = await startTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl });
    await fetch(`${application.url}/assets/${ASSET}`);
    await expect.poll(() => receiver.deliveries.length).toBe(1);
    receiver.answer = { http: 200, grpc: 0 };
    await receiver.find("GET /assets/{id}");
    expect(application.tracing.counts().dropped).toBe(0);
  });

  test.each(["http/protobuf", "grpc"])(
    "wait in a bounded queue where a collector of %s says nothing, and a stop does not wait for it",
    async (protocol) => {
      receiver.answer = undefined;
      application = await startTraced({
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_BSP_MAX_QUEUE_SIZE: "20",
      });
      for (let n = 0; n < 100; n++) application.tick();
      await dispatch(1);
      for (let n = 0; n < 100; n++) application.tick();
      expect(application.tracing.counts().dropped).toBeGreaterThan(100);
      const beganMs = performance.now();
      await application.stop();
      expect(performance.now() - beganMs).toBeLessThan(2500);
    },
  );

  test("are dropped where there is no collector, and nothing waits for them", async () => {
    await receiver.close();
    application = await startTraced({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_TIMEOUT: "100",
    });
    expect((await dispatch(1)).status).toBe(202);
    await expect.poll(() => application.tracing.counts().dropped).toBeGreaterThan(0);
    expect(application.log.at(-1)?.message).toContain("(ECONNREFUSED)");
    receiver = await startTraceReceiver();
  });
});
