// The encoder of frames as rows of PostgreSQL's binary COPY: encoded once, then stored, sent and read as these bytes.

import type { Asset } from "../../domain/fleet/asset.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import { RATING_FIELDS, TICK_FIELDS } from "../../domain/telemetry/columns.ts";
import {
  columnOf,
  type Frame,
  LONGEST_LIMIT,
  limitNameOf,
  statusOf,
} from "../../domain/telemetry/frame.ts";
import { ROW_COLUMNS } from "./columns.ts";

export const COPY_HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

const FLOAT_BYTES = 4 + 8;
const UUID_BYTES = 4 + 16;
const FIXED_BYTES = 2 + 2 * UUID_BYTES + (RATING_FIELDS.length + 1) * FLOAT_BYTES;
const TICK_BYTES = (1 + TICK_FIELDS.length) * FLOAT_BYTES;
const LONGEST_ROW = FIXED_BYTES + TICK_BYTES + (4 + "discharging".length) + (4 + LONGEST_LIMIT);
/** The epoch of PostgreSQL, which counts from 2000, in µs. */
export const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

/** Encodes frames; reuses the constant bytes from one frame of a table to the next. */
export function createRowEncoder(): (frame: Frame) => Buffer {
  let known: { table: FleetTable; dtS: number; fixed: Buffer } | undefined;
  return (frame) => {
    if (known?.table !== frame.table || known.dtS !== frame.dtS)
      known = { table: frame.table, dtS: frame.dtS, fixed: encodeFixed(frame.table, frame.dtS) };
    return encodeRows(frame, known.fixed);
  };
}

function encodeFixed(table: FleetTable, dtS: number): Buffer {
  const bytes = Buffer.alloc(table.assets.length * FIXED_BYTES);
  let at = 0;
  const uuid = (id: string) => {
    bytes.writeInt32BE(16, at);
    bytes.write(id.replaceAll("-", ""), at + 4, "hex");
    at += UUID_BYTES;
  };
  const float = (value: number) => {
    at = writeFloat(bytes, at, value);
  };
  for (const asset of table.assets) {
    bytes.writeInt16BE(ROW_COLUMNS.length, at);
    at += 2;
    uuid(asset.id);
    uuid(asset.siteId);
    for (const field of RATING_FIELDS) float(asset[field]);
    float(dtS);
  }
  return bytes;
}

function encodeRows(frame: Frame, fixed: Buffer): Buffer {
  const { assets } = frame.table;
  const bytes = Buffer.allocUnsafe(assets.length * LONGEST_ROW);
  const columns = TICK_FIELDS.map((field) => columnOf(frame, field));
  const micros = BigInt(frame.timestampMs - POSTGRES_EPOCH_MS) * 1000n;
  let at = 0;
  for (let i = 0; i < assets.length; i++) {
    at += fixed.copy(bytes, at, i * FIXED_BYTES, (i + 1) * FIXED_BYTES);
    bytes.writeInt32BE(8, at);
    bytes.writeBigInt64BE(micros, at + 4);
    at += FLOAT_BYTES;
    for (const column of columns) at = writeFloat(bytes, at, column[i] as number);
    const { minMw, maxMw } = assets[i] as Asset;
    at = writeText(bytes, at, statusOf(frame.currentMw[i] as number, minMw, maxMw));
    at = writeText(bytes, at, limitNameOf(frame.limit[i] as number));
  }
  return bytes.subarray(0, at);
}

function writeFloat(bytes: Buffer, at: number, value: number): number {
  bytes.writeInt32BE(8, at);
  return bytes.writeDoubleBE(value, at + 4);
}

function writeText(bytes: Buffer, at: number, text: string | null): number {
  if (text === null) return bytes.writeInt32BE(-1, at);
  bytes.writeInt32BE(text.length, at);
  return at + 4 + bytes.write(text, at + 4, "latin1");
}
