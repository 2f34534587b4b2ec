// Acknowledgements of commits: callers wait until their record of the spool is in the database.
import { Fault } from "../../domain/base/fault.ts";
import type { SpoolRecord } from "../spool/spool.ts";

export interface CommitAcknowledgements {
  /**
   * Resolves once the record that is being appended is committed.
   *
   * @throws Fault STORE_UNAVAILABLE where it is not committed after `deadlineMs`, or not before the next start;
   *         otherwise the error of the append, or of the database.
   */
  of(appended: Promise<number>, deadlineMs: number): Promise<void>;
  committed(records: readonly SpoolRecord[]): void;
  refused(sequence: number, error: unknown): void;
  /** Rejects every wait: nothing more is committed by this process. */
  close(): void;
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

export function createCommitAcknowledgements(): CommitAcknowledgements {
  const waiting = new Map<number, Waiting>();

  async function of(appended: Promise<number>, deadlineMs: number): Promise<void> {
    let sequence: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(notCommitted()), deadlineMs);
    });
    const committed = appended.then((given) => {
      sequence = given;
      return new Promise<void>((resolve, reject) => waiting.set(given, { resolve, reject }));
    });
    try {
      await Promise.race([committed, late]);
    } finally {
      clearTimeout(timer);
      if (sequence !== undefined) waiting.delete(sequence);
    }
  }

  return {
    of,
    committed(records) {
      for (const { sequence } of records) waiting.get(sequence)?.resolve();
    },
    refused: (sequence, error) => waiting.get(sequence)?.reject(error),
    close() {
      for (const { reject } of waiting.values()) reject(notCommitted());
    },
  };
}

function notCommitted(): Fault {
  return new Fault(
    "STORE_UNAVAILABLE",
    "the database is unavailable: the change is stored once it is back",
    {
      retryable: true,
    },
  );
}
