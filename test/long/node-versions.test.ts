// The built program on the newer versions of Node: start, query, subscription, streams of events, stop.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createClient } from "graphql-ws";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { cleanUp, newDirectory } from "../support/embedded-postgres-under-test.ts";
import { endPrograms, runProgram } from "../support/program-under-test.ts";
import { findTool } from "../support/test-tools.ts";

const VERSIONS = [22, 24, 26].map((major) => ({ major, folder: findTool(`node-${major}`) }));

afterEach(async () => {
  endPrograms();
  await cleanUp();
});

describe.each(VERSIONS)("on Node $major", ({ major, folder = "" }) => {
  test.skipIf(!folder)("starts, answers, streams and stops", { timeout: 120_000 }, async () => {
    const node = join(folder, "bin/node");
    const version = execFileSync(node, ["--version"], { encoding: "utf8" });
    expect(version).toMatch(new RegExp(`^v${major}\\.`));

    const program = runProgram({ DATA: newDirectory(), TICK_SECONDS: "0.2" }, node);
    const url = await program.url;
    const answer = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ fleet { totals { assetCount } } }" }),
    });
    expect(await answer.json()).toEqual({ data: { fleet: { totals: { assetCount: 7 } } } });
    expect(await kindsOf(`${url.replace("http", "ws")}/graphql`, 3)).toEqual([
      "SNAPSHOT",
      "TICK",
      "TICK",
    ]);
    for (const path of ["/telemetry/stream", "/dispatches/stream", "/alarms/stream"])
      expect(await beginOf(new URL(path, url)), path).toBe("200 text/event-stream; charset=utf-8");

    program.child.kill("SIGTERM");
    expect(await once(program.child, "exit")).toEqual([0, null]);
    expect(program.output()).not.toMatch(/warning|deprecat|"level":[4-6]0/i);
  });

  test.skipIf(!folder)("starts where its compiled code cannot be stored", async () => {
    const nowhere = { NODE_COMPILE_CACHE: "/dev/null/nowhere" };
    const program = runProgram(nowhere, join(folder, "bin/node"));
    const answer = await fetch(`${await program.url}/assets`);
    expect(answer.status).toBe(200);
    program.child.kill("SIGTERM");
    expect(await once(program.child, "exit")).toEqual([0, null]);
    expect(program.output()).not.toMatch(/warning|"level":[4-6]0/i);
  });
});

/** Status and type of a stream of events, once an event or its cursor came. */
async function beginOf(url: URL): Promise<string> {
  const leave = new AbortController();
  const answer = await fetch(url, { signal: leave.signal });
  const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = "";
  while (!/^id: .+\n/m.test(text)) text += new TextDecoder().decode((await reader.read()).value);
  leave.abort();
  return `${answer.status} ${answer.headers.get("content-type")}`;
}

/** The kinds of the first frames of a subscription. */
async function kindsOf(url: string, count: number): Promise<string[]> {
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  const kinds: string[] = [];
  for await (const { data } of client.iterate({ query: "subscription { telemetry { kind } }" })) {
    kinds.push((data as { telemetry: { kind: string } }).telemetry.kind);
    if (kinds.length === count) break;
  }
  await client.dispose();
  return kinds;
}
