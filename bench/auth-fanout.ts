// A frame for 10,000 subscribers of 500 identities with a site each, beside subscribers of one identity that select the
// same sites: how often a frame is encoded, and for how long.
import { type ExecutionArgs, parse } from "graphql";
import { createManualClock } from "../src/adapters/memory/clock.ts";
import { systemChance } from "../src/adapters/system/chance.ts";
import type { GraphContext } from "../src/api/graphql/base/builder.ts";
import { LiveSource } from "../src/api/graphql/base/live.ts";
import { schema } from "../src/api/graphql/schema.ts";
import { createErrorMask } from "../src/api/graphql/server/errors.ts";
import { executeLive, joinHub } from "../src/api/graphql/server/live.ts";
import { createHub } from "../src/api/stream/hub.ts";
import type { Payload } from "../src/api/stream/payload.ts";
import { createKernel } from "../src/compose/kernel.ts";
import { createAssetsFile } from "../src/config/fleet.ts";
import { createFleetTable } from "../src/domain/fleet/fleet-table.ts";
import { everywhere, type Principal, type RoleGrant } from "../src/domain/identity/principal.ts";
import { createClients } from "../src/services/clients/clients.ts";
import { makeAssets, SITE } from "./assets.ts";
import { silent } from "./database.ts";
import { median, print, printNames } from "./measure.ts";

const SITES = 500;
const ASSETS = 10_000;
const SUBSCRIBERS = 10_000;
const TICKS = 21;
const DT_S = 4;
const QUERIES = {
  "plain samples": "samples { assetId socMwhr currentMw status }",
  "samples with their sites": "samples { assetId socMwhr asset { site { name } } }",
};
const siteId = (n: number) => `5d0c7a52-0000-4000-8000-${String(n).padStart(12, "0")}`;

export async function benchAuthFanout(): Promise<void> {
  for (const [name, fields] of Object.entries(QUERIES)) {
    printNames(`${name}, a tick`, "encoded", "to subscribers", "ms", "of one identity");
    const one = await measure(fields, "one");
    const many = await measure(fields, "many");
    print("one identity, 500 selections", one.encoded, one.sent, one.tookMs, 1);
    print("500 identities", many.encoded, many.sent, many.tookMs, many.tookMs / one.tookMs);
  }
}

function createFleet() {
  const sites = Array.from({ length: SITES }, (_, n) => ({ ...SITE, id: siteId(n) }));
  const assets = makeAssets(ASSETS).map((asset, n) => ({ ...asset, siteId: siteId(n % SITES) }));
  const kernel = createKernel({
    ...{ clock: createManualClock(0), chance: systemChance, log: silent, dtS: DT_S },
    loaded: { table: createFleetTable(sites, assets), origin: "file" },
    ...{ file: createAssetsFile("missing.yaml"), limits: { recentFrames: 10, mayPrune: true } },
  });
  const { telemetry, backfill, dispatch, alarms, audit, dataPoints } = kernel;
  const hub = createHub({
    ...{
      telemetry,
      backfill,
      log: silent,
      runId: "bench",
      limits: { slowClientS: 30 },
      observe: () => {},
    },
    ...{ events: dispatch.events, alarmEvents: alarms.events, auditEvents: audit.events },
    dataPointChanges: dataPoints.changes,
  });
  return { kernel, hub };
}

/** @param whose `many`: each identity has one site; `one`: it has all, and selects one. */
async function measure(fields: string, whose: "one" | "many") {
  const { kernel, hub } = createFleet();
  const clients = createClients({
    ...{ ...kernel, chance: systemChance },
    ...{ identities: undefined as never, versions: undefined as never },
  });
  const document = parse(
    `subscription ($siteIds: [ID!]) { telemetry(siteIds: $siteIds) { ${fields} } }`,
  );
  const errors = createErrorMask(silent, systemChance);
  const payloads = new Set<Payload>();
  let sent = 0;
  const sink = {
    send(payload: Payload) {
      sent++;
      payloads.add(payload);
    },
    ...{ cork() {}, uncork() {}, bufferedBytes: () => 0, end() {}, complete() {} },
  };
  for (let n = 0; n < SUBSCRIBERS; n++) {
    const own: RoleGrant = {
      role: "viewer",
      siteIds: [siteId(n % SITES)],
      assetIds: null,
      pathPrefixes: null,
    };
    const principal: Principal = {
      ...{ id: `viewer-${n % SITES}`, name: null, expiresAtMs: null, channel: "websocket" },
      ...{ address: null, grants: [whose === "many" ? own : everywhere("viewer")] },
    };
    const args: ExecutionArgs = {
      ...{ schema, document },
      variableValues: whose === "many" ? {} : { siteIds: [siteId(n % SITES)] },
      contextValue: {
        ...{ services: clients(principal), hub, runId: "bench", limits: { maxListIds: 10 } },
      } as unknown as GraphContext,
    };
    const live = await executeLive(args);
    if (!(live instanceof LiveSource)) throw new Error(JSON.stringify(live));
    joinHub(live, args, sink, errors);
  }
  const tookMs: number[] = [];
  for (let tick = 0; tick < TICKS; tick++) {
    payloads.clear();
    sent = 0;
    const frame = kernel.simulator.tick(kernel.simulator.latest().tick + 1, undefined);
    const beganMs = performance.now();
    kernel.telemetry.publish(frame);
    while (sent < SUBSCRIBERS) await new Promise((resolve) => setImmediate(resolve));
    tookMs.push(performance.now() - beganMs);
  }
  hub.close();
  return { encoded: payloads.size, sent, tookMs: median(tookMs.slice(1)) };
}
