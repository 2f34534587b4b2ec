// Traces of the built program: loaded only where they are on, named in its log, and refused in one line.
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { endPrograms, postDispatch, runProgram } from "../../support/program-under-test.ts";
import { startTraceReceiver, type TraceReceiver } from "../../support/trace-receiver.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const TOKEN = "a-token-of-changes";

let receiver: TraceReceiver;
let coverage: string;

beforeAll(async () => {
  receiver = await startTraceReceiver();
  coverage = mkdtempSync(join(tmpdir(), "mando-loaded-"));
});
afterEach(endPrograms);
afterAll(async () => {
  await receiver.close();
  rmSync(coverage, { recursive: true });
});

/** The files of the program that a run has loaded, by name; Node writes them when it ends. */
async function loadedBy(variables: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(coverage, "run-"));
  const { child, url } = runProgram({ ...variables, NODE_V8_COVERAGE: folder });
  const address = await url;
  expect((await postDispatch(address, ASSET, 1)).status).toBe(202);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  const scripts = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      result: { url: string }[];
    };
    return result.map((script) => script.url);
  });
  return scripts.filter((script) => script.includes("/dist/")).map((script) => basename(script));
}

test("the libraries of traces are loaded where there is an endpoint, and not otherwise", async () => {
  const off = await loadedBy({ OTEL_SERVICE_NAME: "mando", OTEL_TRACES_SAMPLER: "always_on" });
  expect(off).toContain("run.js");
  expect(off).not.toContain("tracing.js");
  const on = await loadedBy({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  });
  expect(on).toContain("tracing.js");
  expect(receiver.spans.map(({ name }) => name)).toContain("POST /dispatch");
});

test("a line of the log has the ids of its span", async () => {
  const program = runProgram({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl,
    LOG_LEVEL: "info",
    OTEL_BSP_SCHEDULE_DELAY: "20",
  });
  const url = await program.url;
  expect((await postDispatch(url, ASSET, 1e6)).status).toBe(422);
  const { traceId } = await receiver.find("dispatch decide", {
    "mando.dispatch.outcome": "POWER_OUT_OF_LIMITS",
  });
  const lines = () =>
    program
      .output()
      .split("\n")
      .filter((it) => it.startsWith("{"));
  await expect.poll(() => lines().find((it) => it.includes("refused"))).toContain(traceId);
  expect(lines().find((it) => it.includes("simulating"))).not.toContain("trace_id");
});

test.each([
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: "foo" },
    /^mando: OTEL_EXPORTER_OTLP_PROTOCOL must be one of .*"foo"$/,
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "not a url" },
    /^mando: OTEL_EXPORTER_OTLP_ENDPOINT must be an address/,
  ],
  [
    { OTEL_TRACES_SAMPLER_ARG: "2", PORT: "x" },
    /^mando: PORT must .*; OTEL_TRACES_SAMPLER_ARG must/,
  ],
])("a start with %o ends in one line", async (variables, expected) => {
  const program = runProgram({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpUrl,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${TOKEN}`,
    ...variables,
  });
  await expect(program.url).rejects.toThrow();
  const output = program.output().trim();
  expect(output).toMatch(expected);
  expect(output.split("\n")).toHaveLength(1);
  expect(output).not.toContain(TOKEN);
  expect(program.child.exitCode).toBe(2);
});
