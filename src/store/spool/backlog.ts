// The records of a spool that wait: read from the oldest on, acknowledged, or set aside.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { assert } from "../../domain/base/assert.ts";
import type { Log } from "../../domain/ports/log.ts";
import { writeCursor } from "./cursor.ts";
import type { Drops } from "./drops.ts";
import { seedOf } from "./format.ts";
import { type ReadRecord, readRecords } from "./read.ts";
import type { Recovered } from "./recovery.ts";
import { storeRejected } from "./rejected.ts";
import type { Segments } from "./segments.ts";

/** Its calls must not overlap. */
export interface Backlog {
  /** The oldest records, or from the newest on back, of `maxBytes` of payload, at least one; damaged ones are lost. */
  read(maxBytes: number, order: "oldest" | "newest"): Promise<ReadRecord[]>;
  /** Forgets all records up to and including the sequence. */
  forgetUpTo(sequence: number): Promise<void>;
  /** Moves the oldest record, or a part of it, aside into `rejected/`, with the reason. */
  reject(sequence: number, reason: string, part?: Uint8Array): Promise<void>;
  /** Removes every record, rejected ones too. */
  clear(): Promise<void>;
  /** Records that were damaged on disk, when the spool was opened or later. */
  lostRecords(): number;
  rejectedRecords(): number;
}

interface BacklogDeps {
  readonly directory: string;
  readonly ownerId: string;
  readonly maxBytes: number;
  readonly recovered: Recovered;
  readonly segments: Segments;
  readonly drops: Drops;
  readonly log: Log;
}

export function createBacklog(deps: BacklogDeps): Backlog {
  const { directory, segments, drops, log } = deps;
  const rejectedFolder = join(directory, "rejected");
  const saveCursor = cursorWriter(directory, deps.ownerId, log);
  let { acknowledged, lostRecords } = deps.recovered;
  let rejectedRecords = 0;

  async function read(maxBytes: number, order: "oldest" | "newest"): Promise<ReadRecord[]> {
    for (;;) {
      const seed = seedOf(deps.ownerId);
      const { records, damaged } = await readRecords(segments.all, seed, maxBytes, order);
      if (damaged.size > 0) {
        lostRecords += damaged.size;
        log.error(
          { directory, lostRecords: damaged.size },
          "the spool is damaged: telemetry of some ticks is lost",
        );
        await segments.forget((entry) => damaged.has(entry));
      }
      if (records.length > 0 || damaged.size === 0) return records;
    }
  }

  async function forgetUpTo(sequence: number): Promise<void> {
    assert(Number.isSafeInteger(sequence), "a sequence is a whole number");
    if (sequence <= acknowledged) return;
    acknowledged = Math.min(sequence, segments.lastGiven());
    // Before the cursor: on a full disk, this is what makes room for it.
    await segments.forget((entry) => entry.sequence <= acknowledged);
    await saveCursor(acknowledged);
    const isEmpty = segments.all.every(({ waiting }) => waiting.length === 0);
    if (drops.isDropping() && isEmpty) drops.end();
  }

  async function reject(sequence: number, reason: string, part?: Uint8Array): Promise<void> {
    const [oldest] = await read(0, "oldest");
    if (oldest === undefined || oldest.sequence > sequence) return;
    assert(oldest.sequence === sequence, "only the oldest record is rejected");
    const payload = part ?? oldest.payload;
    // Of the bound of the spool, a tenth on top.
    await storeRejected(rejectedFolder, sequence, payload, reason, deps.maxBytes / 10).catch(
      (err: unknown) =>
        log.error({ directory, sequence, reason, err }, "the rejected telemetry cannot be stored"),
    );
    rejectedRecords++;
    await forgetUpTo(sequence);
  }

  return {
    read,
    forgetUpTo,
    reject,
    async clear() {
      await segments.clear();
      await rm(rejectedFolder, { recursive: true, force: true });
      await forgetUpTo(segments.lastGiven());
    },
    lostRecords: () => lostRecords,
    rejectedRecords: () => rejectedRecords,
  };
}

/** Without the cursor, records are read once more after a restart: no reason to fail. */
function cursorWriter(directory: string, ownerId: string, log: Log) {
  let hasFailed = false;
  return async (acknowledged: number): Promise<void> => {
    try {
      await writeCursor(directory, { ownerId, acknowledged });
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn({ directory, err: error }, "the spool cannot save its position");
      hasFailed = true;
    }
  };
}
