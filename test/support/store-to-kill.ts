// A store in a process of its own, to be killed: an asset came by the API and ticked, then another one came.
import type { Origin } from "../../src/domain/fleet/change.ts";
import { createFleetTable } from "../../src/domain/fleet/fleet-table.ts";
import { createSimulator } from "../../src/simulator/simulator.ts";
import { createStore } from "../../src/store/store.ts";
import { KEEP_ALL } from "./keep-all.ts";
import { silentLog } from "./silent-log.ts";
import { ASSET, DT_S, SITE } from "./tick-tables.ts";

const [url = "", directory = "", tickedId = "", newId = ""] = process.argv.slice(2);

const store = createStore(
  { directory, spoolBytes: 2 ** 26, reset: false, mayPrune: false, retention: KEEP_ALL },
  silentLog,
);
await store.open(url, {
  given: { sites: [SITE], assets: [ASSET] },
  origin: "file",
  dtS: DT_S,
  nowMs: Date.now,
});
const [ticked, fresh] = [
  { ...ASSET, id: tickedId, dataPath: `Asset/${tickedId}` },
  { ...ASSET, id: newId, dataPath: `Asset/${newId}` },
];
const originOf = (): Origin => "api";
const simulator = createSimulator(createFleetTable([SITE], [ASSET]), DT_S, 1_000);
store.keep(simulator.tick(1_001));
await store.flush();
await store.fleet.put({ sites: [], assets: [ticked], originOf });
simulator.replaceTable(createFleetTable([SITE], [ASSET, ticked]));
store.keep(simulator.tick(1_002));
await store.flush();
await store.fleet.put({ sites: [], assets: [fresh], originOf });
process.stdout.write("kept\n");
setInterval(() => {}, 60_000);
