// The chain of the audit log as the leader makes it: links committed rows, behind, in the order in which they become visible.
import {
  type AuditHead,
  type Digests,
  headText,
  type LinkedRecord,
  linkHash,
  linksAfter,
  NO_LINK,
} from "../../domain/audit/chain.ts";
import { recordOrDamaged } from "../../domain/audit/text.ts";
import { Fault } from "../../domain/base/fault.ts";
import { createSerial } from "../../domain/base/serial.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Client } from "../database/client.ts";
import { addLinks, readCheckpoint, readNewestLink } from "./links.ts";
import { createUnlinkedRows, type UnlinkedRow } from "./unlinked.ts";

const EVERY_MS = 400;
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
  follow(listener: (linked: LinkedRecord) => void): () => void;
  /** Why rows are not linked; undefined where they are, or the database is unavailable. */
  failure(): ChainFailure | undefined;
}

export interface ChainFailure {
  /** When it failed first, in ms since the epoch. */
  readonly sinceMs: number;
  readonly cause: unknown;
}

/** The newest link does not verify: what would be linked to it could not be verified either. */
export class ChainBroken extends Error {}

export function createAuditChain(client: Client, digests: Digests, log: Log): AuditChain {
  const listeners = new Set<(linked: LinkedRecord) => void>();
  const unlinked = createUnlinkedRows();
  const { run: inTurn, ended } = createSerial();
  let head = NO_LINK;
  let isHeadKnown = false;
  let waitingRows = 0;
  let failed: ChainFailure | undefined;
  let timer: NodeJS.Timeout | undefined;
  let logTimer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let next: Promise<void> | undefined;

  async function linkAll(deadlineMs: number): Promise<void> {
    try {
      if (!isHeadKnown) head = await client.within(deadlineMs, (sql) => readHead(sql, digests));
      isHeadKnown = true;
      while (!(await linkBatch(deadlineMs)));
      waitingRows = 0;
    } catch (error) {
      // Whether the last links were stored is not known.
      isHeadKnown = false;
      throw error;
    }
  }

  /** @returns Whether it was the rest. */
  async function linkBatch(deadlineMs: number): Promise<boolean> {
    const { rows, isRest } = await client.within(deadlineMs, unlinked.next);
    waitingRows = rows.length;
    const texts = rows.map(({ text }) => text);
    const links = linksAfter(head, texts, digests);
    const isKeyed = digests.keyed !== null;
    const added = links.map((link, n) => ({ ...link, recordId: rows[n]?.id ?? "", isKeyed }));
    if (added.length > 0) await client.within(deadlineMs, (sql) => addLinks(sql, added));
    if (isRest) unlinked.noteLinked();
    head = links.at(-1) ?? head;
    announce(rows, links);
    return isRest;
  }

  function announce(rows: readonly UnlinkedRow[], links: readonly AuditHead[]): void {
    if (listeners.size === 0) return;
    links.forEach((link, n) => {
      const { id = "", text = "" } = rows[n] ?? {};
      const record = recordOrDamaged(text, id);
      for (const listener of listeners) listener({ ...link, record });
    });
  }

  async function noteOutcome(work: Promise<void>): Promise<void> {
    try {
      await work;
      if (failed !== undefined) log.info({}, "records of the audit log are linked again");
      failed = undefined;
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      if (failed === undefined)
        log.error({ err: cause }, "records of the audit log cannot be linked: it is tried again");
      failed ??= { sinceMs: Date.now(), cause };
      const count = client.within(DEADLINE_MS, unlinked.count);
      waitingRows = await count.catch(() => waitingRows);
      throw cause;
    }
  }

  /** Calls that come before it begins share one run. */
  function run(): Promise<void> {
    next ??= inTurn(() => {
      next = undefined;
      return noteOutcome(linkAll(DEADLINE_MS));
    });
    return next;
  }

  async function runAndPlan(): Promise<void> {
    await run().catch(() => {});
    if (!isStopped) timer = setTimeout(runAndPlan, EVERY_MS);
  }

  const logHead = () =>
    log.info({ auditHead: headText(head) }, "the head of the audit log: note it elsewhere");

  return {
    async open() {
      await run().catch((error: unknown) => {
        if (error instanceof Fault) throw error;
      });
      return head;
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
      await linkAll(LAST_DEADLINE_MS).catch(() => {});
      if (head.number > 0) logHead();
    },
    head: () => head,
    waitingRows: () => waitingRows,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    failure: () => failed,
  };
}

/** The head of the stored chain. */
async function readHead(sql: Parameters<typeof readCheckpoint>[0], digests: Digests) {
  const newest = await readNewestLink(sql);
  if (newest === undefined) return (await readCheckpoint(sql)) ?? NO_LINK;
  const { number, hash, text, previousHash, isKeyed } = newest;
  const digest = isKeyed ? digests.keyed : digests.plain;
  if (digest === null)
    throw new ChainBroken("AUDIT_KEY is not set, and the audit log was linked with one: set it");
  const isVerified =
    previousHash === undefined ||
    (text !== null && linkHash(digest, previousHash, number, text) === hash);
  if (!isVerified)
    throw new ChainBroken(
      `record ${number}, the newest of the audit log, does not have the hash of its link: ${isKeyed ? "AUDIT_KEY is another one than before, or " : ""}the log was altered: run mando audit verify`,
    );
  return { number, hash };
}
