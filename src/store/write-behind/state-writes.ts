// When the states of assets are written, and the own states of battery models that are written with them.
import type { AssetModelState } from "../../domain/battery/stored-state.ts";
import type { Client, Sql } from "../database/client.ts";
import { storeModelStates, storeStates } from "./rows.ts";

/**
 * States cost nearly as much as the rows themselves (bench/store). Between two of them a start finds the newest rows in
 * telemetry, of which there are then few to look through.
 */
const STATES_EVERY_MS = 60_000;
const DEADLINE_MS = 10_000;

export interface StateWrites {
  /** From the next rows on, stores with the states of assets what `read` returns: the own states of their models. */
  keepModelStates(read: () => readonly AssetModelState[]): void;
  isDue(): boolean;
  /** Stores the states of the assets whose rows were stored in this transaction. */
  store(sql: Sql): Promise<void>;
  /** Notes that the transaction was committed. */
  noteStored(): void;
  /** Stores the own states of models once more, so that a start continues with those of the last tick. */
  storeLast(client: Client): Promise<void>;
}

export function createStateWrites(): StateWrites {
  let storedAtMs = -Infinity;
  let readModelStates: (() => readonly AssetModelState[]) | undefined;
  return {
    keepModelStates(read) {
      readModelStates = read;
      storedAtMs = -Infinity;
    },
    isDue: () => performance.now() - storedAtMs >= STATES_EVERY_MS,
    store: (sql) => storeStates(sql, readModelStates?.()),
    noteStored() {
      storedAtMs = performance.now();
    },
    async storeLast(client) {
      const states = readModelStates?.() ?? [];
      if (states.length > 0)
        await client.transact(DEADLINE_MS, (sql) => storeModelStates(sql, states));
    },
  };
}
