// A reader of encoded rows of telemetry, which also shows them as text.
import { FLOAT_COLUMNS, ROW_COLUMNS } from "../telemetry/columns.ts";
import { POSTGRES_EPOCH_MS } from "../telemetry/row-encoder.ts";

/** The rows of a payload; undefined where it holds no such rows. */
export function rowsOf(payload: Uint8Array): Uint8Array[] | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const rows: Uint8Array[] = [];
  for (let begin = 0; begin < bytes.length; ) {
    const end = endOfRow(bytes, begin);
    if (end === undefined) return undefined;
    rows.push(payload.subarray(begin, end));
    begin = end;
  }
  return rows;
}

function endOfRow(bytes: Buffer, begin: number): number | undefined {
  if (begin + 2 > bytes.length || bytes.readInt16BE(begin) !== ROW_COLUMNS.length) return undefined;
  let at = begin + 2;
  for (let column = 0; column < ROW_COLUMNS.length; column++) {
    if (at + 4 > bytes.length) return undefined;
    at += 4 + Math.max(0, bytes.readInt32BE(at));
  }
  return at <= bytes.length ? at : undefined;
}

/** A row as JSON by its columns; NaN and infinities are names in quotes. */
export function rowText(row: Uint8Array): string {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  let at = 2;
  const values = ROW_COLUMNS.map((column): [string, unknown] => {
    const length = bytes.readInt32BE(at);
    at += 4;
    const field = bytes.subarray(at, at + Math.max(0, length));
    at += field.length;
    return [column, length < 0 ? null : fieldValue(column, field)];
  });
  return JSON.stringify(Object.fromEntries(values));
}

function fieldValue(column: string, field: Buffer): unknown {
  if (column === "ts")
    return new Date(Number(field.readBigInt64BE() / 1000n) + POSTGRES_EPOCH_MS).toISOString();
  if (column === "asset_id" || column === "site_id")
    return field.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  if (!FLOAT_COLUMNS.includes(column)) return field.toString("latin1");
  const value = field.readDoubleBE();
  return Number.isFinite(value) ? value : String(value);
}
