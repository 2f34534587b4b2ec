// The settings of traces: off without an endpoint, and an error for each value that is wrong.
import { describe, expect, test } from "vitest";
import { readTracing } from "../../src/config/tracing.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

function settingsOf(environment: Record<string, string>) {
  const read = readTracing({ ...ENDPOINT, ...environment });
  if ("problems" in read) throw new Error(read.problems.join("; "));
  return read.tracing;
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  const read = readTracing({ ...ENDPOINT, ...environment });
  return "problems" in read ? read.problems : [];
}

describe("traces", () => {
  test.each([
    ["no variable", {}],
    ["an empty endpoint", { OTEL_EXPORTER_OTLP_ENDPOINT: " " }],
    ["other variables alone", { OTEL_EXPORTER_OTLP_PROTOCOL: "foo", OTEL_SERVICE_NAME: "mando" }],
    ["the SDK disabled", { ...ENDPOINT, OTEL_SDK_DISABLED: "true" }],
    [
      "the SDK disabled, and more",
      { ...ENDPOINT, OTEL_SDK_DISABLED: "TRUE", OTEL_TRACES_SAMPLER: "x" },
    ],
    ["no exporter", { ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" }],
  ])("are off with %s", (_, environment) => {
    expect(readTracing(environment)).toEqual({ tracing: undefined });
  });

  test("have the defaults of the specification", () => {
    expect(settingsOf({})).toEqual({
      endpoint: new URL("http://collector:4318/v1/traces"),
      protocol: "http/protobuf",
      headers: {},
      compression: "none",
      timeoutMs: 10_000,
      sampler: "parentbased_always_on",
      sampledRatio: 1,
      serviceName: "mando",
      resource: {},
      delayMs: 5000,
      queueCount: 2048,
      batchCount: 512,
      exportMs: 30_000,
    });
  });

  test.each([
    ["http://c:4318/", "http/protobuf", "http://c:4318/v1/traces"],
    ["https://c/otlp/", "http/json", "https://c/otlp/v1/traces"],
    ["http://c:4317", "grpc", "http://c:4317/"],
  ])("are sent from %s by %s to %s", (endpoint, protocol, expected) => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    };
    expect(settingsOf(environment)?.endpoint.href).toBe(expected);
  });

  test("go to their own endpoint as it is, with their own headers, protocol, timeout and compression", () => {
    const environment = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces:4318/path",
      OTEL_EXPORTER_OTLP_HEADERS: "a=1",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "authorization=Bearer%20abc%3D, x-scope = one",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: "500",
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: "gzip",
    };
    expect(settingsOf(environment)).toMatchObject({
      endpoint: new URL("http://traces:4318/path"),
      headers: { authorization: "Bearer abc=", "x-scope": "one" },
      protocol: "http/json",
      timeoutMs: 500,
      compression: "gzip",
    });
  });

  test("have the name of the service from its variable, then from the resource", () => {
    const resource = "service.name=fleet,deployment.environment.name=lab%20one";
    const environment = { OTEL_RESOURCE_ATTRIBUTES: resource };
    const attributes = { "deployment.environment.name": "lab one" };
    expect(settingsOf(environment)).toMatchObject({ serviceName: "fleet", resource: attributes });
    expect(settingsOf({ ...environment, OTEL_SERVICE_NAME: "mine" })).toMatchObject({
      serviceName: "mine",
    });
  });

  test("have batches of at most the queue", () => {
    expect(settingsOf({ OTEL_BSP_MAX_QUEUE_SIZE: "10" })).toMatchObject({ batchCount: 10 });
  });

  test.each([
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: "foo" },
      'OTEL_EXPORTER_OTLP_PROTOCOL must be one of http/protobuf, http/json, grpc, not "foo"',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "not a url" },
      "OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://127.0.0.1:4318",
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "ftp://collector" },
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be an address such as http://127.0.0.1:4318",
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://user:hidden@collector" },
      "OTEL_EXPORTER_OTLP_ENDPOINT must be without a user and password: OTEL_EXPORTER_OTLP_HEADERS can carry them",
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: "x=1,hidden" },
      "OTEL_EXPORTER_OTLP_HEADERS must be a list of name=value, percent-encoded: entry 2 is not",
    ],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: "x=%hidden" },
      "OTEL_EXPORTER_OTLP_HEADERS must be a list of name=value, percent-encoded: entry 1 is not",
    ],
    [
      { OTEL_TRACES_SAMPLER: "jaeger_remote" },
      'OTEL_TRACES_SAMPLER must be one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio, not "jaeger_remote"',
    ],
    [
      { OTEL_TRACES_SAMPLER_ARG: "1.5" },
      'OTEL_TRACES_SAMPLER_ARG must be a number, 0 to 1, not "1.5"',
    ],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: "2.5" },
      'OTEL_BSP_MAX_QUEUE_SIZE must be a whole number, 1 to 65536, not "2.5"',
    ],
    [
      { OTEL_EXPORTER_OTLP_TIMEOUT: "soon" },
      'OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number, 1 to 600000, not "soon"',
    ],
    [{ OTEL_SDK_DISABLED: "maybe" }, 'OTEL_SDK_DISABLED must be one of false, true, not "maybe"'],
  ])("are refused with %o", (environment, problem) => {
    expect(problemsOf(environment)).toEqual([problem]);
  });

  test("name every problem at once", () => {
    expect(problemsOf({ OTEL_TRACES_SAMPLER: "x", OTEL_BSP_SCHEDULE_DELAY: "-1" })).toHaveLength(2);
  });

  test.each(["x y=hidden", "Host=hidden", "content-length=3", "a=%E2%98%83hidden"])(
    "may not have the header %s, which could not be sent",
    (headers) => {
      expect(problemsOf({ OTEL_EXPORTER_OTLP_HEADERS: headers })).toEqual([
        "OTEL_EXPORTER_OTLP_HEADERS has a name or a value that may not be sent: entry 1",
      ]);
    },
  );
});
