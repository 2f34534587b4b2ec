// Tables of flat buffers, as Arrow IPC has them: every place that is read lies within the buffer, or a RangeError is thrown.

export interface FlatTable {
  readonly view: DataView;
  /** The place of a field; 0 where it is left out. */
  place(n: number): number;
  number(n: number): number;
  byte(n: number): number;
  short(n: number): number;
  /** A table within this one; undefined where it is left out. */
  table(n: number): FlatTable | undefined;
  text(n: number): string;
  /** Where a list begins, and its length; its items lie within the buffer. */
  list(n: number, itemBytes: number): { readonly at: number; readonly length: number };
  tables(n: number): readonly FlatTable[];
}

const MOST_OFFSET = 0x7fff;
const LONGEST_TEXT = 1_024;

/** @param at Where the offset to the table is. */
export function tableAt(view: DataView, at: number): FlatTable {
  const table = at + view.getUint32(at, true);
  const fields = table - view.getInt32(table, true);
  const size = bounded(view.getUint16(fields, true), MOST_OFFSET);
  const place = (n: number) => {
    const entry = 4 + 2 * n;
    const offset = entry < size ? view.getUint16(fields + entry, true) : 0;
    return offset === 0 ? 0 : table + bounded(offset, MOST_OFFSET);
  };
  const list = (n: number, itemBytes: number) => {
    const from = place(n);
    if (from === 0) return { at: 0, length: 0 };
    const base = from + view.getUint32(from, true);
    const length = view.getUint32(base, true);
    bounded(base + 4 + length * itemBytes, view.byteLength);
    return { at: base + 4, length };
  };
  return {
    view,
    place,
    list,
    number: (n) => (place(n) ? wholeAt(view, place(n)) : 0),
    byte: (n) => (place(n) ? view.getUint8(place(n)) : 0),
    short: (n) => (place(n) ? view.getInt16(place(n), true) : 0),
    table: (n) => (place(n) ? tableAt(view, place(n)) : undefined),
    text(n) {
      const { at: start, length } = list(n, 1);
      const bytes = new Uint8Array(
        view.buffer,
        view.byteOffset + start,
        Math.min(length, LONGEST_TEXT),
      );
      return new TextDecoder().decode(bytes);
    },
    tables(n) {
      const { at: first, length } = list(n, 4);
      return Array.from({ length }, (_, item) => tableAt(view, first + 4 * item));
    },
  };
}

/** A whole number of 64 bits that is 0 or more, and exact as a double. */
export function wholeAt(view: DataView, at: number): number {
  return bounded(Number(view.getBigInt64(at, true)), Number.MAX_SAFE_INTEGER);
}

function bounded(value: number, most: number): number {
  if (value >= 0 && value <= most) return value;
  throw new RangeError("beyond the buffer");
}
