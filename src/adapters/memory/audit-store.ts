// The audit log in memory, until the process ends: the reference version of the port.
import {
  type AuditHead,
  type Digests,
  type LinkedRecord,
  linkAfter,
  NO_LINK,
} from "../../domain/audit/chain.ts";
import { isChosen } from "../../domain/audit/filter.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { auditText } from "../../domain/audit/text.ts";
import type { AuditStore } from "../../domain/ports/audit-store.ts";

/** A record is linked as soon as it is added. */
export interface MemoryAuditStore extends AuditStore {
  /** Adds records, with the change that they are of. */
  add(records: readonly AuditRecord[]): void;
}

interface MemoryAuditDeps {
  /** Records that are retained at most, and the characters of their texts. */
  readonly capacity: number;
  readonly characters?: number;
  readonly digests: Digests;
  /** Records are numbered from the next number on; it lies above the numbers of earlier runs. */
  readonly lastNumber?: number;
}

const CHARACTERS = 32 * 2 ** 20;

export function createMemoryAuditStore(deps: MemoryAuditDeps): MemoryAuditStore {
  const { capacity, characters = CHARACTERS, digests, lastNumber = 0 } = deps;
  const listeners = new Set<(linked: LinkedRecord) => void>();
  /** Without those before `first`, which are cut off now and then. */
  let items: (LinkedRecord & { readonly length: number })[] = [];
  let first = 0;
  let length = 0;
  let head: AuditHead = { ...NO_LINK, number: lastNumber };

  const retained = () => items.slice(first);
  const find = (id: string) => retained().find(({ record }) => record.id === id.toLowerCase());
  const linkedOf = ({ number, hash, record }: LinkedRecord) => ({ number, hash, record });

  function drop(): void {
    while (items.length - first > capacity || (length > characters && items.length - first > 1))
      length -= items[first++]?.length ?? 0;
    if (first < capacity) return;
    items = retained();
    first = 0;
  }

  function add(records: readonly AuditRecord[]): void {
    for (const record of records) {
      const text = auditText(record);
      head = linkAfter(head, { text, signature: null }, digests.plain);
      items.push({ ...head, record, length: text.length });
      length += text.length;
      drop();
      for (const listener of listeners) listener({ ...head, record });
    }
  }

  return {
    add,
    async record(records) {
      const known = new Set(retained().map(({ record }) => record.id));
      add(records.filter(({ id }) => !known.has(id)));
    },
    open: async () => head,
    head: () => head,
    waitingRows: () => 0,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async find(id) {
      const found = find(id);
      return found && linkedOf(found);
    },
    list: async (filter) =>
      retained()
        .reverse()
        .filter((item) => isChosen(item, filter))
        .slice(0, filter.limit)
        .map(linkedOf),
    async after(number, limit) {
      const oldest = items[first]?.number ?? head.number + 1;
      if (number < oldest - 1 || number > head.number) return undefined;
      const place = first + number + 1 - oldest;
      return items.slice(place, place + limit).map(linkedOf);
    },
  };
}
