// Verification of a chain, link by link: finds records that were altered, removed or put in, and a tail that was cut off.
import {
  type AuditHead,
  type Checkpoint,
  checkpointText,
  type Digests,
  isGenuine,
  isSigned,
  linkHash,
  NO_LINK,
  type SignedText,
} from "./chain.ts";

/** A link as it is stored, with the text of its record. */
export interface StoredLink extends AuditHead {
  /** Whether its hash was made with a key. */
  readonly isKeyed: boolean;
  /** undefined: there is no record. */
  readonly text: string | undefined;
  readonly signature: string | null;
  /** Whether what is stored beside the text agrees with it. */
  readonly agrees: boolean;
}

/** A record without a link, as it is stored. */
export interface UnlinkedRecord extends SignedText {
  readonly recordId: string;
  readonly agrees: boolean;
  /** Whether it should have a link by now. */
  readonly isLate: boolean;
}

export interface AuditFault {
  /** `other_key`: nothing can be verified with the given key, and this is the only fault. */
  readonly kind:
    | "altered"
    | "removed"
    | "put_in"
    | "cut"
    | "other_head"
    | "checkpoint"
    | "other_key";
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
  /** How many records wait for their link. */
  readonly waitingRows: number;
}

export interface Verification {
  /** Adds the next link, in the order of their numbers. */
  add(link: StoredLink): void;
  /** Adds a record that has no link, after all links. */
  addUnlinked(record: UnlinkedRecord): void;
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
  const { find, found } = createFaults();
  let last: AuditHead = checkpoint ?? NO_LINK;
  let count = 0;
  let unkeyedCount = 0;
  let waitingRows = 0;
  let hasKeyed = false;
  /** From the first signed record on, all are. */
  let hasSigned = false;
  const key = createKeyCheck();
  let needsKeyFrom: number | null = null;
  let isHeadFound = head !== undefined && isAt(last, head);

  function check({ number, text, signature, hash, isKeyed, agrees }: StoredLink): void {
    const digest = isKeyed ? keyed : plain;
    const alter = (how: string) => find("altered", number, `${number} is altered: ${how}`);
    if (text === undefined) find("removed", number, `the record of ${number} is removed`);
    else if (digest === null) needsKeyFrom ??= number;
    else if (hasKeyed && !isKeyed) alter("its link is made without the key");
    else {
      const record = { text, signature };
      const isWhole = linkHash(digest, last.hash, number, record) === hash;
      if (isKeyed) key.note(isWhole, agrees);
      if (!isWhole) alter("it does not have the hash of its link");
      else if (!agrees) alter("its columns differ from its text");
      else if (isKeyed && !isGenuine(record, digests, hasSigned))
        find("put_in", number, `${number} is put in: it is not signed with AUDIT_KEY`);
      hasSigned ||= isKeyed && isSigned(record, digests);
    }
  }

  if (checkpoint !== null) checkSignature(checkpoint);

  function checkSignature({ number, hash, atMs, signature }: Checkpoint): void {
    if (signature === null || keyed === null) return;
    const isWhole = keyed(checkpointText(number, hash, atMs)) === signature;
    key.note(isWhole, true);
    if (!isWhole) find("checkpoint", number, `the checkpoint at ${number} is altered`);
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
    addUnlinked({ recordId, agrees, isLate, ...record }) {
      const putIn = (why: string) =>
        find("put_in", null, `the record ${recordId} is put in: ${why}`);
      if (!agrees) putIn("its columns differ from its text");
      else if (!isGenuine(record, digests, hasSigned)) putIn("it is not signed with AUDIT_KEY");
      else if (isLate) putIn("it has no link");
      else waitingRows++;
    },
    end() {
      if (head !== undefined && !isHeadFound)
        find(...missingHead(head.number, last.number, checkpoint));
      const unkeyed = keyed === null ? 0 : unkeyedCount;
      const result = key.isOther() ? { faults: [OTHER_KEY], faultCount: 1 } : found();
      const rest = { needsKeyFrom, waitingRows, ...result };
      return { count, unkeyedCount: unkeyed, head: last, checkpoint, ...rest };
    },
  };
}

/** The first faults, and the count of all. */
function createFaults() {
  const faults: AuditFault[] = [];
  let faultCount = 0;
  return {
    find(kind: AuditFault["kind"], number: number | null, message: string): void {
      faultCount++;
      if (faults.length < MOST_FAULTS) faults.push({ kind, number, message });
    },
    found: () => ({ faults: [...faults], faultCount }),
  };
}

const OTHER_KEY: AuditFault = {
  kind: "other_key",
  number: null,
  message:
    "nothing that was made with a key can be verified with this AUDIT_KEY: it is another one than that of the server, or the whole log was written anew",
};

/** Finds a key that is another one: nothing verifies with it, and records are as they were written otherwise. */
function createKeyCheck() {
  let isRight = false;
  let isAltered = false;
  let count = 0;
  return {
    note(isVerified: boolean, agrees: boolean): void {
      isRight ||= isVerified;
      isAltered ||= !agrees;
      count++;
    },
    isOther: () => count > 0 && !isRight && !isAltered,
  };
}

function isAt(link: AuditHead, head: AuditHead): boolean {
  return link.number === head.number && link.hash === head.hash;
}

/** The fault of a head that was noted before, and is not in the chain. */
function missingHead(
  number: number,
  lastNumber: number,
  checkpoint: Checkpoint | null,
): [kind: AuditFault["kind"], number: number, message: string] {
  const next = lastNumber + 1;
  if (number > lastNumber) return ["cut", next, `${rangeText(next, number)} cut off the end`];
  const message =
    checkpoint !== null && number < checkpoint.number
      ? `the head at ${number} was removed for its age, before the checkpoint at ${checkpoint.number}: give a later head`
      : `the hash at ${number} is not that of the head: what is up to there was written anew`;
  return ["other_head", number, message];
}

function rangeText(from: number, until: number): string {
  return from === until ? `${from} is` : `${from} to ${until} are`;
}
