// Prometheus as Debian has it, with the configuration of the example, reads a fleet in operation: each query of the
// dashboards finds something, and each rule can be evaluated.
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { queriesIn, readExample } from "../support/grafana.ts";
import { endPrograms, postDispatch, runProgram } from "../support/program-under-test.ts";
import {
  freePorts,
  isInstalled,
  runSystemProgram,
  type SystemProgram,
} from "../support/system-program.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const RULES = fileURLToPath(new URL("../../examples/grafana/alerts.yml", import.meta.url));
/** So many readings are needed for a rate, with some to spare. */
const READINGS = 5;

/** What Grafana puts in place of its variables. */
const expand = (text: string) =>
  text.replaceAll("$__rate_interval", `${READINGS}s`).replaceAll("$site", ".*");

describe.skipIf(!isInstalled("prometheus"))("Prometheus", { timeout: 60_000 }, () => {
  let data: string;
  let prometheus: SystemProgram;
  let address: string;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), "mando-metrics-"));
    // As root, another user runs PostgreSQL, and must be able to get there.
    chmodSync(data, 0o755);
    const program = runProgram({ DATA: data, TICK_SECONDS: "0.2", DEMO: "0" });
    const url = await program.url;
    const [port = 0] = await freePorts(1);
    prometheus = await startPrometheus(port, new URL(url).host);
    address = `http://127.0.0.1:${port}`;
    await waitUntil(async () => (await count("up")) === 1);
    await operate(url);
    const readings = `count_over_time(mando_ticks_total[1m])`;
    const enough = (await count(readings)) + READINGS;
    await waitUntil(async () => (await count(readings)) >= enough);
  }, 90_000);
  afterAll(async () => {
    await prometheus?.stop();
    endPrograms();
    rmSync(data, { recursive: true, maxRetries: 10, retryDelay: 100 });
  });

  const query = async (expression: string) => {
    const text = new URLSearchParams({ query: expression });
    const answer = await fetch(`${address}/api/v1/query?${text}`);
    return (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: { metric: object; value: [number, string] }[] };
    };
  };
  const count = async (expression: string) =>
    Number((await query(expression)).data.result[0]?.value[1] ?? 0);

  test.each(queriesIn("expr"))(
    "finds values: $dashboard, $panel, $text",
    async ({ text, legend }) => {
      const { status, error, data } = await query(expand(text));
      expect([status, error]).toEqual(["success", undefined]);
      const values = data.result.map(({ value }) => Number(value[1]));
      expect(values.filter(Number.isFinite).length).toBeGreaterThan(0);
      for (const [, label = ""] of legend.matchAll(/\{\{(\w+)\}\}/g))
        expect(data.result[0]?.metric).toHaveProperty(label);
    },
  );

  test("evaluates every rule", async () => {
    const answer = await fetch(`${address}/api/v1/rules`);
    const { data } = (await answer.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    for (const { name, health, lastError } of rules)
      expect([name, health, lastError]).toEqual([name, "ok", undefined]);
  });

  test("says that a fleet in good order has nothing to alert of", async () => {
    const { data } = await query('ALERTS{alertstate="firing"}');
    expect(data.result).toEqual([]);
  });
});

async function waitUntil(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(100);
}

/** Runs it with the configuration of the example, but for the address and a reading each second. */
function startPrometheus(port: number, target: string): Promise<SystemProgram> {
  const folder = mkdtempSync(join(tmpdir(), "mando-prometheus-"));
  const config = readExample("prometheus.yml")
    .replaceAll("15s", "1s")
    .replace("127.0.0.1:3001", target);
  writeFileSync(join(folder, "prometheus.yml"), config);
  cpSync(RULES, join(folder, "alerts.yml"));
  const flags = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return runSystemProgram("prometheus", flags, folder, [port]);
}

/** Dispatches, refusals, requests and subscriptions, so that there is something of everything. */
async function operate(url: string): Promise<void> {
  expect((await postDispatch(url, ASSET, 5)).status).toBe(202);
  expect((await postDispatch(url, ASSET, 5_000)).status).toBe(422);
  await fetch(`${url}/assets`);
  const client = createClient({
    url: url.replace("http", "ws").replace(/\/?$/, "/graphql"),
    webSocketImpl: WebSocket,
  });
  const frames = client.iterate({ query: "subscription { telemetry { timestamp } }" });
  for (let n = 0; n < 3; n++) await frames.next();
  await frames.return?.();
  void client.iterate({ query: "subscription { telemetry { timestamp } }" }).next();
}
