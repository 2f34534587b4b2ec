// Links the rows of the audit log that wait: continues the stored chain, and announces each record. Rows that were put in by another are left out.
import {
  type AuditHead,
  type Digests,
  isGenuine,
  isSigned,
  type LinkedRecord,
  linkAfter,
  linkHash,
  NO_LINK,
} from "../../domain/audit/chain.ts";
import { recordOrDamaged } from "../../domain/audit/text.ts";
import { Fault } from "../../domain/base/fault.ts";
import type { Client, Sql } from "../database/client.ts";
import { type AuditRow, agrees } from "./audit-rows.ts";
import { KeyRefused } from "./key.ts";
import { addLinks, type LinkRow, readCheckpoint, readNewestLink } from "./links.ts";
import type { UnlinkedRows } from "./unlinked.ts";

/** The newest link does not verify: what would be linked to it could not be verified either. */
export class ChainBroken extends Error {}

export interface Linker {
  /** Links every row that is committed. @throws ChainBroken, or KeyRefused, where the newest link does not verify. */
  linkAll(deadlineMs: number): Promise<void>;
  head(): AuditHead;
  /** How many rows waited the last time. */
  waitingRows(): number;
  /** How many rows were put in by another, and have no link for that. */
  putInRows(): number;
  follow(listener: (linked: LinkedRecord) => void): () => void;
}

/** The end of the chain: whether its links are made with a key, and its records signed. */
interface ChainEnd extends AuditHead {
  readonly isKeyed: boolean;
  readonly isSigned: boolean;
}

interface NewLink {
  readonly row: AuditRow;
  readonly end: ChainEnd;
}

const EMPTY: ChainEnd = { ...NO_LINK, isKeyed: false, isSigned: false };

export function createLinker(client: Client, digests: Digests, unlinked: UnlinkedRows): Linker {
  const listeners = new Set<(linked: LinkedRecord) => void>();
  let end = EMPTY;
  let isEndKnown = false;
  let waitingRows = 0;
  let leftOutRows = 0;
  let aheadRows = 0;

  /** @returns Whether it was the rest. */
  async function linkBatch(deadlineMs: number): Promise<boolean> {
    const { rows, isRest } = await client.within(deadlineMs, unlinked.next);
    waitingRows = rows.length;
    const links = linksAfter(end, rows, digests);
    const added = links.map(linkRowOf);
    if (added.length > 0) await client.within(deadlineMs, (sql) => addLinks(sql, added));
    unlinked.noteLinked();
    leftOutRows += rows.length - links.length;
    end = links.at(-1)?.end ?? end;
    announce(links);
    return isRest;
  }

  function announce(links: readonly NewLink[]): void {
    if (listeners.size === 0) return;
    for (const { row, end } of links) {
      const { number, hash } = end;
      const linked = { number, hash, record: recordOrDamaged(row.text, row.id) };
      for (const listener of listeners) listener(linked);
    }
  }

  return {
    async linkAll(deadlineMs) {
      try {
        if (!isEndKnown) end = await client.within(deadlineMs, (sql) => readEnd(sql, digests));
        isEndKnown = true;
        while (!(await linkBatch(deadlineMs)));
        waitingRows = 0;
        aheadRows = await client.within(deadlineMs, unlinked.countAhead);
      } catch (error) {
        // Whether the last links were stored is not known.
        isEndKnown = false;
        unlinked.reset();
        // They are found anew.
        leftOutRows = 0;
        const count = () => client.within(deadlineMs, unlinked.count);
        if (!(error instanceof Fault)) waitingRows = await count().catch(() => waitingRows);
        throw error;
      }
    },
    head: () => ({ number: end.number, hash: end.hash }),
    waitingRows: () => waitingRows,
    putInRows: () => leftOutRows + aheadRows,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * The links of the rows that come from this program. Those that were written before there was a key have no signature:
 * up to the first one that has, their links are made as those before them.
 */
function linksAfter(from: ChainEnd, rows: readonly AuditRow[], digests: Digests): NewLink[] {
  let end = from;
  return rows.flatMap((row) => {
    if (!agrees(row) || !isGenuine(row, digests, end.isSigned)) return [];
    const signed = end.isSigned || isSigned(row, digests);
    const keyed = signed || end.isKeyed ? digests.keyed : null;
    const next = linkAfter(end, row, keyed ?? digests.plain);
    end = { ...next, isKeyed: keyed !== null, isSigned: signed };
    return [{ row, end }];
  });
}

function linkRowOf({ row, end: { number, hash, isKeyed } }: NewLink): LinkRow {
  return { number, hash, isKeyed, recordId: row.id };
}

/** The end of the stored chain. */
async function readEnd(sql: Sql, digests: Digests): Promise<ChainEnd> {
  const newest = await readNewestLink(sql);
  if (newest === undefined) {
    const checkpoint = await readCheckpoint(sql);
    if (checkpoint === null) return EMPTY;
    const isKeyed = checkpoint.signature !== null;
    return { number: checkpoint.number, hash: checkpoint.hash, isKeyed, isSigned: isKeyed };
  }
  const { number, hash, text, signature, previousHash, isKeyed } = newest;
  const digest = isKeyed ? digests.keyed : digests.plain;
  if (digest === null) throw new KeyRefused("missing");
  const isVerified =
    previousHash === undefined ||
    (text !== null && linkHash(digest, previousHash, number, { text, signature }) === hash);
  if (!isVerified)
    throw new ChainBroken(
      `record ${number}, the newest of the audit log, does not have the hash of its link: ${isKeyed ? "AUDIT_KEY is another one than before, or " : ""}the log was altered: run mando audit verify`,
    );
  return { number, hash, isKeyed, isSigned: isKeyed && signature !== null };
}
