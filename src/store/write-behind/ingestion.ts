// Puts records onto the disk, in the order of the calls; into memory where the disk does not accept them.
import type { Log } from "../../domain/ports/log.ts";
import type { Spool, SpoolRecord } from "../spool/spool.ts";
import type { CommitAcknowledgements } from "./commit-acknowledgements.ts";
import { createMemoryQueue, type MemoryQueue, notSpooled } from "./memory-queue.ts";
import { contentOf, holdsChanges } from "./spool-payload.ts";
import type { WriterStats } from "./writer-stats.ts";

/** Bytes that may wait for the disk, and again bytes of records in memory that the disk did not accept. */
const UNSPOOLED_LARGEST = 64 * 2 ** 20;

export interface Ingestion {
  /**
   * Puts one record on the disk, after those of earlier calls; into memory where the disk does not accept it.
   *
   * @returns Its sequence; below 0 in memory.
   * @throws  SpoolFault where the spool is closed.
   */
  append(payload: Uint8Array): Promise<number>;
  /** Counts a record that is stored nowhere any more. */
  lose(record: SpoolRecord, cause: unknown): void;
  /** Resolves once every record that is being appended is on the disk, or has failed. */
  flush(): Promise<void>;
  /** The sequence of the newest record on the disk. */
  lastSequence(): number;
  stats(): Pick<WriterStats, "spoolCause" | "unspooledFrames" | "unspooledChanges">;
  /** Records that the disk did not accept. */
  readonly memory: MemoryQueue;
}

interface IngestionDeps {
  readonly spool: Spool;
  readonly acknowledgements: CommitAcknowledgements;
  readonly log: Log;
  /** Is called after each record, also after one that failed. */
  readonly onAppended: () => void;
}

export function createIngestion(deps: IngestionDeps): Ingestion {
  const { spool, log } = deps;
  const memory = createMemoryQueue(UNSPOOLED_LARGEST, (record) => lose(record, spoolCause));
  const lost = { unspooledFrames: 0, unspooledChanges: 0 };
  let lastSequence = 0;
  let unspooledBytes = 0;
  let appending: Promise<unknown> = Promise.resolve();
  let spoolCause: unknown;
  let appends = 0;
  let newestOutcome = 0;

  async function append(payload: Uint8Array): Promise<number> {
    const number = ++appends;
    try {
      lastSequence = await appendToSpool(payload);
      setOutcome(number, undefined);
      return lastSequence;
    } catch (cause) {
      setOutcome(number, cause);
      if ((cause as { code?: string }).code === "SPOOL_CLOSED") throw cause;
      return memory.add(payload, lastSequence);
    } finally {
      deps.onAppended();
    }
  }

  /** The outcome of the last call counts, whichever call ends last. */
  function setOutcome(number: number, cause: unknown): void {
    if (number < newestOutcome) return;
    newestOutcome = number;
    spoolCause = cause;
  }

  async function appendToSpool(payload: Uint8Array): Promise<number> {
    if (unspooledBytes > 0 && unspooledBytes + payload.length > UNSPOOLED_LARGEST)
      throw new Error("the disk is too slow");
    unspooledBytes += payload.length;
    const appended = spool.append([payload]).finally(() => {
      unspooledBytes -= payload.length;
    });
    appending = Promise.allSettled([appending, appended]);
    return appended;
  }

  function lose({ sequence, payload }: SpoolRecord, cause: unknown): void {
    const { changes, alarms, audit } = contentOf(holdsChanges(payload[0]) ? [payload] : []);
    const lostChanges = changes.length + alarms.length + audit.length;
    if (lostChanges > 0 && lost.unspooledChanges === 0)
      log.error(
        { err: cause },
        "changes of dispatches and alarms, or records of the audit log, cannot be spooled: they are lost",
      );
    lost.unspooledChanges += lostChanges;
    if (lostChanges === 0) lost.unspooledFrames++;
    deps.acknowledgements.refused(sequence, notSpooled(cause));
  }

  return {
    append,
    lose,
    flush: async () => void (await appending),
    lastSequence: () => lastSequence,
    stats: () => ({ spoolCause, ...lost }),
    memory,
  };
}
