// Links the rows of the audit log that wait: continues the stored chain, and announces each record.
import {
  type AuditHead,
  type Digests,
  type LinkedRecord,
  linkHash,
  linksAfter,
  NO_LINK,
} from "../../domain/audit/chain.ts";
import { recordOrDamaged } from "../../domain/audit/text.ts";
import { Fault } from "../../domain/base/fault.ts";
import type { Client, Sql } from "../database/client.ts";
import { addLinks, readCheckpoint, readNewestLink } from "./links.ts";
import type { UnlinkedRow, UnlinkedRows } from "./unlinked.ts";

/** The newest link does not verify: what would be linked to it could not be verified either. */
export class ChainBroken extends Error {}

export interface Linker {
  /** Links every row that is committed. @throws ChainBroken where the newest link does not verify. */
  linkAll(deadlineMs: number): Promise<void>;
  head(): AuditHead;
  /** How many rows waited the last time. */
  waitingRows(): number;
  follow(listener: (linked: LinkedRecord) => void): () => void;
}

export function createLinker(client: Client, digests: Digests, unlinked: UnlinkedRows): Linker {
  const listeners = new Set<(linked: LinkedRecord) => void>();
  let head = NO_LINK;
  let isHeadKnown = false;
  let waitingRows = 0;

  /** @returns Whether it was the rest. */
  async function linkBatch(deadlineMs: number): Promise<boolean> {
    const { rows, isRest } = await client.within(deadlineMs, unlinked.next);
    waitingRows = rows.length;
    const texts = rows.map(({ text }) => text);
    const links = linksAfter(head, texts, digests);
    const isKeyed = digests.keyed !== null;
    const added = links.map((link, n) => ({ ...link, recordId: rows[n]?.id ?? "", isKeyed }));
    if (added.length > 0) await client.within(deadlineMs, (sql) => addLinks(sql, added));
    unlinked.noteLinked();
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

  return {
    async linkAll(deadlineMs) {
      try {
        if (!isHeadKnown) head = await client.within(deadlineMs, (sql) => readHead(sql, digests));
        isHeadKnown = true;
        while (!(await linkBatch(deadlineMs)));
        waitingRows = 0;
      } catch (error) {
        // Whether the last links were stored is not known.
        isHeadKnown = false;
        unlinked.reset();
        const count = () => client.within(deadlineMs, unlinked.count);
        if (!(error instanceof Fault)) waitingRows = await count().catch(() => waitingRows);
        throw error;
      }
    },
    head: () => head,
    waitingRows: () => waitingRows,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The head of the stored chain. */
async function readHead(sql: Sql, digests: Digests): Promise<AuditHead> {
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
