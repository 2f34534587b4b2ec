// The chain of the audit log as the leader makes it: links committed rows, behind, in the order in which they become visible.
import {
  type AuditHead,
  type Digests,
  headText,
  type LinkedRecord,
} from "../../domain/audit/chain.ts";
import { Fault } from "../../domain/base/fault.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Client } from "../database/client.ts";
import { createLinker } from "./linker.ts";
import { createUnlinkedRows } from "./unlinked.ts";

const EVERY_MS = 400;
/** How often it is tried where the newest link does not verify. */
const RETRY_MS = 5_000;
const DEADLINE_MS = 10_000;
const LAST_DEADLINE_MS = 1_000;
/** How often the head is logged. */
const LOG_MS = 3_600_000;

export interface AuditChain {
  /** Reads the head of the chain, and links what is left. */
  open(): Promise<AuditHead>;
  /** Links every row that is committed. @throws ChainBroken where the newest link does not verify. */
  run(): Promise<void>;
  /** Links behind, from now on. */
  start(): void;
  /** Links what is left, where the database can be reached at once. */
  stop(): Promise<void>;
  head(): AuditHead;
  waitingRows(): number;
  /** How many rows were put in by another, and have no link for that. */
  putInRows(): number;
  follow(listener: (linked: LinkedRecord) => void): () => void;
  /** Why rows are not linked; undefined where they are, or the database is unavailable. */
  failure(): ChainFailure | undefined;
}

export interface ChainFailure {
  /** When it failed first, in ms since the epoch. */
  readonly sinceMs: number;
  readonly cause: unknown;
}

export function createAuditChain(client: Client, digests: Digests, log: Log): AuditChain {
  const unlinked = createUnlinkedRows();
  const linker = createLinker(client, digests, unlinked);
  const { run: inTurn, ended } = createSerial();
  let failed: ChainFailure | undefined;
  let timer: NodeJS.Timeout | undefined;
  let logTimer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let next: Promise<void> | undefined;

  async function linkAll(): Promise<void> {
    try {
      await linker.linkAll(DEADLINE_MS);
      if (failed !== undefined) log.info({}, "records of the audit log are linked again");
      failed = undefined;
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      if (failed === undefined)
        log.error({ err: cause }, "records of the audit log cannot be linked: it is tried again");
      failed ??= { sinceMs: Date.now(), cause };
      throw cause;
    }
  }

  /** Calls that come before it begins share one run. */
  function run(): Promise<void> {
    next ??= inTurn(() => {
      next = undefined;
      return linkAll();
    });
    return next;
  }

  async function runAndPlan(): Promise<void> {
    await run().catch(() => {});
    if (!isStopped) timer = setTimeout(runAndPlan, failed === undefined ? EVERY_MS : RETRY_MS);
  }

  const logHead = () =>
    log.info(
      { auditHead: headText(linker.head()) },
      "the head of the audit log: note it elsewhere",
    );

  return {
    async open() {
      await run().catch((error: unknown) => {
        if (error instanceof Fault) throw error;
      });
      return linker.head();
    },
    run,
    start() {
      logTimer = setInterval(logHead, LOG_MS);
      void runAndPlan();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      clearInterval(logTimer);
      await ended();
      await linker.linkAll(LAST_DEADLINE_MS).catch(() => {});
      if (linker.head().number > 0) logHead();
    },
    head: linker.head,
    waitingRows: linker.waitingRows,
    putInRows: linker.putInRows,
    follow: linker.follow,
    failure: () => failed,
  };
}
