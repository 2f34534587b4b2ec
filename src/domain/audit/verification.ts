// Verification of a chain, link by link: finds records that were altered, removed or put in, and a tail that was cut off.
import {
  type AuditHead,
  type Checkpoint,
  checkpointText,
  type Digests,
  linkHash,
  NO_LINK,
} from "./chain.ts";

/** A link as it is stored, with the text of its record. */
export interface StoredLink extends AuditHead {
  /** Whether its hash was made with a key. */
  readonly isKeyed: boolean;
  /** undefined: there is no record. */
  readonly text: string | undefined;
  /** Whether what is stored beside the text agrees with it. */
  readonly agrees: boolean;
}

export interface AuditFault {
  readonly kind: "altered" | "removed" | "put_in" | "cut" | "other_head" | "checkpoint";
  /** The number of the first link that it is about; null for a record without a link. */
  readonly number: number | null;
  readonly message: string;
}

/** The result of a verification. */
export interface Verified {
  /** How many links were verified. */
  readonly count: number;
  /** Where a key is given: the links that were made without one. */
  readonly unkeyedCount: number;
  readonly head: AuditHead;
  readonly checkpoint: Checkpoint | null;
  /** The first ones, in the order in which they were found. */
  readonly faults: readonly AuditFault[];
  /** How many there are. */
  readonly faultCount: number;
  /** The first link that needs a key where none is given; null: none does. What follows is not verified. */
  readonly needsKeyFrom: number | null;
}

export interface Verification {
  /** Adds the next link, in the order of their numbers. */
  add(link: StoredLink): void;
  /** Adds a record that has no link, and should have one. */
  addUnlinked(recordId: string): void;
  end(): Verified;
}

interface Given {
  readonly digests: Digests;
  /** The newest checkpoint; null: nothing was removed for its age. */
  readonly checkpoint: Checkpoint | null;
  /** A head that was noted before: the chain must still hold it. */
  readonly head?: AuditHead | undefined;
}

/** Faults that are described at most. */
const MOST_FAULTS = 100;

export function createVerification({ digests, checkpoint, head }: Given): Verification {
  const { plain, keyed } = digests;
  const faults: AuditFault[] = [];
  let faultCount = 0;
  let last: AuditHead = checkpoint ?? NO_LINK;
  let count = 0;
  let unkeyedCount = 0;
  let hasKeyed = false;
  let needsKeyFrom: number | null = null;
  let isHeadFound = head !== undefined && isAt(last, head);

  function find(kind: AuditFault["kind"], number: number | null, message: string): void {
    faultCount++;
    if (faults.length < MOST_FAULTS) faults.push({ kind, number, message });
  }

  function check({ number, text, hash, isKeyed, agrees }: StoredLink): void {
    const digest = isKeyed ? keyed : plain;
    const alter = (how: string) => find("altered", number, `${number} is altered: ${how}`);
    if (text === undefined) find("removed", number, `the record of ${number} is removed`);
    else if (digest === null) needsKeyFrom ??= number;
    else if (hasKeyed && !isKeyed) alter("its link is made without the key");
    else if (linkHash(digest, last.hash, number, text) !== hash)
      alter("it does not have the hash of its link");
    else if (!agrees) alter("its columns differ from its text");
  }

  if (checkpoint !== null) checkSignature(checkpoint);

  function checkSignature({ number, hash, atMs, signature }: Checkpoint): void {
    if (signature === null || keyed === null) return;
    if (keyed(checkpointText(number, hash, atMs)) !== signature)
      find("checkpoint", number, `the checkpoint at ${number} is altered`);
  }

  return {
    add(link) {
      const { number, isKeyed } = link;
      const expected = last.number + 1;
      if (number < expected) {
        find("put_in", number, `${number} is put in: it is out of its place`);
        return;
      }
      if (number > expected)
        find("removed", expected, `${rangeText(expected, number - 1)} removed`);
      // After a gap the hash before is not known: the link itself cannot be verified, what follows it can.
      else check(link);
      if (isKeyed && keyed && checkpoint?.signature === null && number === checkpoint.number + 1)
        find("checkpoint", checkpoint.number, `the checkpoint at ${checkpoint.number} is unsigned`);
      if (head !== undefined && isAt(link, head)) isHeadFound = true;
      hasKeyed ||= isKeyed;
      if (!isKeyed) unkeyedCount++;
      count++;
      last = { number, hash: link.hash };
    },
    addUnlinked: (recordId) =>
      find("put_in", null, `the record ${recordId} is put in: it has no link`),
    end() {
      if (head !== undefined && !isHeadFound) {
        if (head.number > last.number)
          find(
            "cut",
            last.number + 1,
            `${rangeText(last.number + 1, head.number)} cut off the end`,
          );
        else find("other_head", head.number, otherHead(head.number, checkpoint));
      }
      const unkeyed = keyed === null ? 0 : unkeyedCount;
      const found = { faults: [...faults], faultCount, needsKeyFrom };
      return { count, unkeyedCount: unkeyed, head: last, checkpoint, ...found };
    },
  };
}

function isAt(link: AuditHead, head: AuditHead): boolean {
  return link.number === head.number && link.hash === head.hash;
}

function otherHead(number: number, checkpoint: Checkpoint | null): string {
  return checkpoint !== null && number < checkpoint.number
    ? `the head at ${number} was removed for its age, before the checkpoint at ${checkpoint.number}: give a later head`
    : `the hash at ${number} is not that of the head: what is up to there was written anew`;
}

function rangeText(from: number, until: number): string {
  return from === until ? `${from} is` : `${from} to ${until} are`;
}
