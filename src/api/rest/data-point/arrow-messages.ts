// The messages of an Arrow IPC stream, checked as far as the library that reads columns relies on them: it takes lengths
// and places as they are written, and the last dictionary for the whole stream.
import { MOST_VALUES } from "../../../domain/data-point/write-rules.ts";
import { type FlatTable, tableAt, wholeAt } from "./flat-table.ts";

export interface ArrowField {
  readonly name: string;
  /** The type of its values, by the number that Arrow gives it. */
  readonly typeId: number;
}

interface ArrowMessage {
  readonly kind: "schema" | "dictionary" | "record";
  readonly bytes: Uint8Array;
  readonly fields: readonly ArrowField[];
  /** Of a dictionary: its id, and whether it adds to the one before. */
  readonly dictionaryId: number;
  readonly isDelta: boolean;
}

export interface ArrowStream {
  readonly fields: readonly ArrowField[];
  /** Streams of their own, each with one dictionary of an id at most: the rows of all are those of the stream. */
  readonly parts: readonly (readonly Uint8Array[])[];
}

export type WrongStream = "torn" | "compressed" | "other" | "type";

const CONTINUATION = 0xffffffff;
const [SCHEMA, DICTIONARY, RECORD] = [1, 2, 3];
/** The metadata of version 4: since then buffers lie as they are read here. */
const LEAST_VERSION = 3;
const MOST_FIELDS = 64;
const DICTIONARY_KINDS = 3;

/** The stream, which is whole; or what is wrong with it. */
export function readStream(bytes: Uint8Array): ArrowStream | { readonly wrong: WrongStream } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: ArrowMessage[] = [];
  try {
    for (let start = 0; ; ) {
      if (view.getUint32(start, true) !== CONTINUATION) return { wrong: "other" };
      const headBytes = view.getUint32(start + 4, true);
      if (headBytes === 0)
        return start + 8 === bytes.length ? streamOf(messages) : { wrong: "other" };
      const head = new DataView(bytes.buffer, bytes.byteOffset + start + 8, headBytes);
      const message = tableAt(head, 0);
      const bodyBytes = message.number(3);
      const end = start + 8 + headBytes + bodyBytes;
      if (end > bytes.length) return { wrong: "torn" };
      const read = readMessage(message, bytes.subarray(start, end), bodyBytes);
      if ("wrong" in read) return read;
      messages.push(read);
      start = end;
    }
  } catch (error) {
    if (error instanceof RangeError) return { wrong: "torn" };
    throw error;
  }
}

function readMessage(
  message: FlatTable,
  bytes: Uint8Array,
  bodyBytes: number,
): ArrowMessage | { readonly wrong: WrongStream } {
  const header = message.table(2);
  if (header === undefined || message.short(0) < LEAST_VERSION) return { wrong: "other" };
  const shared = { bytes, fields: [], dictionaryId: 0, isDelta: false };
  const kind = message.byte(1);
  if (kind === SCHEMA) {
    const fields = readSchema(header);
    return "wrong" in fields ? fields : { ...shared, kind: "schema", fields };
  }
  if (kind !== DICTIONARY && kind !== RECORD) return { wrong: "other" };
  const batch = kind === RECORD ? header : header.table(1);
  if (batch === undefined) return { wrong: "other" };
  if (batch.place(3) !== 0) return { wrong: "compressed" };
  checkBatch(batch, bodyBytes);
  if (kind === RECORD) return { ...shared, kind: "record" };
  const [dictionaryId, isDelta] = [header.number(0), header.byte(2) !== 0];
  return { ...shared, kind: "dictionary", dictionaryId, isDelta };
}

/** The columns; each is of a type without children. */
function readSchema(schema: FlatTable): readonly ArrowField[] | { readonly wrong: WrongStream } {
  checkPairs(schema, 2);
  if (schema.short(0) !== 0 || schema.list(1, 4).length > MOST_FIELDS) return { wrong: "other" };
  const fields = schema.tables(1);
  for (const field of fields) {
    checkPairs(field, 6);
    field.table(3);
    const dictionary = field.table(4);
    const isDense = (dictionary?.short(DICTIONARY_KINDS) ?? 0) === 0;
    if (field.list(5, 4).length > 0 || !isDense) return { wrong: "type" };
  }
  return fields.map((field) => ({ name: field.text(0), typeId: field.byte(2) }));
}

/** Pairs of texts, which are left aside: their places are within the buffer. */
function checkPairs(table: FlatTable, n: number): void {
  for (const pair of table.tables(n)) for (const text of [0, 1]) pair.list(text, 1);
}

/** Throws a RangeError where a batch has too many rows, or a buffer outside of the body. */
function checkBatch(batch: FlatTable, bodyBytes: number): void {
  const { view } = batch;
  const check = (isRight: boolean) => {
    if (!isRight) throw new RangeError("beyond the body");
  };
  check(batch.number(0) <= MOST_VALUES);
  const nodes = batch.list(1, 16);
  for (let n = 0; n < nodes.length; n++)
    check(
      wholeAt(view, nodes.at + 16 * n) <= MOST_VALUES && wholeAt(view, nodes.at + 16 * n + 8) >= 0,
    );
  const buffers = batch.list(2, 16);
  for (let n = 0; n < buffers.length; n++) {
    const [offset, length] = [
      wholeAt(view, buffers.at + 16 * n),
      wholeAt(view, buffers.at + 16 * n + 8),
    ];
    check(offset + length <= bodyBytes);
  }
  const views = batch.list(4, 8);
  for (let n = 0; n < views.length; n++) check(wholeAt(view, views.at + 8 * n) <= buffers.length);
}

function streamOf(
  messages: readonly ArrowMessage[],
): ArrowStream | { readonly wrong: WrongStream } {
  const [schema, ...others] = messages;
  if (schema?.kind !== "schema") return { wrong: "other" };
  const parts: Uint8Array[][] = [];
  let dictionaries: ArrowMessage[] = [];
  let isOpen = false;
  for (const message of others) {
    const { kind, dictionaryId, isDelta, bytes } = message;
    if (kind === "schema") return { wrong: "other" };
    if (kind === "dictionary") {
      if (!isDelta) dictionaries = dictionaries.filter((it) => it.dictionaryId !== dictionaryId);
      dictionaries.push(message);
      isOpen = false;
    } else {
      if (!isOpen) parts.push([schema, ...dictionaries].map((it) => it.bytes));
      isOpen = true;
      parts.at(-1)?.push(bytes);
    }
  }
  return { fields: schema.fields, parts };
}
