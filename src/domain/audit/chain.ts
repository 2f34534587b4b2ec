// The chain of the audit log: each record has a link, whose hash depends on every record before it.
import type { AuditRecord } from "./record.ts";

/** The digest of a text, in hex. */
export type Digest = (text: string) => string;

/** `keyed` is a digest with a secret key, so that only its owner can make links; null: there is none. */
export interface Digests {
  readonly plain: Digest;
  readonly keyed: Digest | null;
}

/** The end of a chain: the number and the hash of its newest link. */
export interface AuditHead {
  readonly number: number;
  readonly hash: string;
}

/** What of a stored record is linked. */
export interface SignedText {
  readonly text: string;
  /** The signature of who wrote the record; null where it had no key. */
  readonly signature: string | null;
}

/** A record with its link. */
export interface LinkedRecord extends AuditHead {
  readonly record: AuditRecord;
}

/** The end of the part of a chain that was removed for its age. */
export interface Checkpoint extends AuditHead {
  /** When it was made, in ms since the epoch. */
  readonly atMs: number;
  /** A keyed digest of the rest; null where there was no key. */
  readonly signature: string | null;
}

/** What the first link of a chain follows. */
export const NO_LINK: AuditHead = { number: 0, hash: "0".repeat(64) };

/** The signature of the text of a record: who has no key cannot write one. Null where there is no key. */
export function signatureOf(text: string, { keyed }: Digests): string | null {
  return keyed === null ? null : keyed(`record\n${text}`);
}

/** Whether the signature of a record is that of who has the key. */
export function isSigned({ text, signature }: SignedText, digests: Digests): boolean {
  return signature !== null && signature === signatureOf(text, digests);
}

/**
 * Whether a record comes from this program, as far as that can be known. Without a key it cannot.
 *
 * @param needsSignature Whether a signed record precedes it: from the first one on, all are signed.
 */
export function isGenuine(record: SignedText, digests: Digests, needsSignature: boolean): boolean {
  if (digests.keyed === null) return true;
  return isSigned(record, digests) || (record.signature === null && !needsSignature);
}

/** The hash of the link of a record after the one with the previous hash. */
export function linkHash(
  digest: Digest,
  previousHash: string,
  number: number,
  { text, signature }: SignedText,
): string {
  const signed = signature === null ? text : `${signature}\n${text}`;
  return digest(`${previousHash}\n${number}\n${signed}`);
}

/** The link of a record after a head. */
export function linkAfter(head: AuditHead, record: SignedText, digest: Digest): AuditHead {
  const number = head.number + 1;
  return { number, hash: linkHash(digest, head.hash, number, record) };
}

/** The checkpoint at a head. */
export function checkpointAt({ number, hash }: AuditHead, atMs: number, { keyed }: Digests) {
  const signature = keyed === null ? null : keyed(checkpointText(number, hash, atMs));
  return { number, hash, atMs, signature } satisfies Checkpoint;
}

/** What the signature of a checkpoint signs. */
export function checkpointText(number: number, hash: string, atMs: number): string {
  return `checkpoint\n${number}\n${hash}\n${new Date(atMs).toISOString()}`;
}

/** A head as text, for logs and command lines. */
export function headText({ number, hash }: AuditHead): string {
  return `${number}:${hash}`;
}

/** The head of a text that `headText` made; undefined for any other text. */
export function readHead(text: string): AuditHead | undefined {
  const [, digits, hash] = /^(\d{1,16}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  const number = Number(digits);
  return hash === undefined || !Number.isSafeInteger(number) ? undefined : { number, hash };
}
