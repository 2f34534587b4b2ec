// The bytes of a segment. All numbers are little-endian.
//   segment: magic 8, version 4, owner 16, first sequence 8, previous sequence 8, crc 4; then records
//   record:  marker 4, length 4, sequence 8, crc of these 4, crc of that and the payload 4; then the payload
// Each crc starts from a crc of the owner, so that records identify their owner even where the header of their segment is lost.
import { crc32 } from "node:zlib";

export const SEGMENT_HEADER_BYTES = 48;
export const RECORD_HEADER_BYTES = 24;
/** The largest sequence that we write. */
export const MAX_SEQUENCE = 2 ** 48;
/** The marker at the beginning of each record, by which the next record is found after damage. */
export const RECORD_MARKER = Buffer.from([0xf5, 0x4d, 0x72, 0xfa]);

const MAGIC = Buffer.from("mandospl");
const VERSION = 1;

export interface SegmentHeader {
  /** UUID in lower case. */
  readonly ownerId: string;
  /** False for a segment of another version of this program. */
  readonly isKnownVersion: boolean;
  /** Sequence of the first record, whether it has been written or not. */
  readonly first: number;
  /** The last sequence that was in use before this segment: `first - 1`, or less where numbers were skipped. */
  readonly previous: number;
}

export interface RecordHeader {
  /** Length of the payload in bytes. */
  readonly length: number;
  readonly sequence: number;
  readonly headerCrc: number;
  readonly crc: number;
}

/** The start value of the checksums of an owner's records. */
export function seedOf(ownerId: string): number {
  return crc32(ownerBytes(ownerId));
}

export function encodeSegmentHeader(ownerId: string, first: number, previous: number): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(VERSION, 8);
  ownerBytes(ownerId).copy(bytes, 12);
  bytes.writeBigUInt64LE(BigInt(first), 28);
  bytes.writeBigUInt64LE(BigInt(previous), 36);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 44)), 44);
  return bytes;
}

/** Undefined where the bytes are too few or not as they were written. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (bytes.readUInt32LE(44) !== crc32(bytes.subarray(0, 44))) return undefined;
  return {
    isKnownVersion: bytes.readUInt32LE(8) === VERSION,
    ownerId: bytes.toString("hex", 12, 28).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    first: Number(bytes.readBigUInt64LE(28)),
    previous: Number(bytes.readBigUInt64LE(36)),
  };
}

/** @param parts The payload, in pieces. */
export function encodeRecordHeader(
  seed: number,
  sequence: number,
  parts: readonly Uint8Array[],
): Buffer {
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES);
  RECORD_MARKER.copy(bytes);
  bytes.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.byteLength, 0),
    4,
  );
  bytes.writeBigUInt64LE(BigInt(sequence), 8);
  const headerCrc = crc32(bytes.subarray(0, 16), seed);
  bytes.writeUInt32LE(headerCrc, 16);
  bytes.writeUInt32LE(
    parts.reduce((crc, part) => crc32(part, crc), headerCrc),
    20,
  );
  return bytes;
}

/** Undefined where the bytes are too few, not as they were written, or of another owner. */
export function decodeRecordHeader(bytes: Buffer, seed: number): RecordHeader | undefined {
  if (bytes.length < RECORD_HEADER_BYTES || !bytes.subarray(0, 4).equals(RECORD_MARKER))
    return undefined;
  const headerCrc = bytes.readUInt32LE(16);
  if (headerCrc !== crc32(bytes.subarray(0, 16), seed)) return undefined;
  const sequence = Number(bytes.readBigUInt64LE(8));
  if (sequence > MAX_SEQUENCE) return undefined;
  return { length: bytes.readUInt32LE(4), sequence, headerCrc, crc: bytes.readUInt32LE(20) };
}

/** Whether the bytes of a record, with its header, are those that were written. */
export function isIntact(bytes: Buffer, seed: number, sequence: number): boolean {
  const header = decodeRecordHeader(bytes, seed);
  if (header?.sequence !== sequence) return false;
  if (bytes.length !== RECORD_HEADER_BYTES + header.length) return false;
  return header.crc === crc32(bytes.subarray(RECORD_HEADER_BYTES), header.headerCrc);
}

function ownerBytes(ownerId: string): Buffer {
  return Buffer.from(ownerId.replaceAll("-", ""), "hex");
}
