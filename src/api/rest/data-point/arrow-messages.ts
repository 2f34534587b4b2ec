// The messages of an Arrow IPC stream, checked as far as the library that reads columns relies on them: it takes lengths
// and places as they are written, and the last dictionary for the whole stream.
import { MOST_VALUES } from "../../../domain/data-point/write-rules.ts";
import type { WorkTurns } from "../../../services/work-turns.ts";
import { MOST_TEXT_BYTES, MOST_TEXTS, textBytesOf } from "./arrow-dictionary.ts";
import { type FlatTable, tableAt, wholeAt } from "./flat-table.ts";

export interface ArrowField {
  readonly name: string;
  /** The type of its values, by the number that Arrow gives it. */
  readonly typeId: number;
  /** The id of its dictionary; undefined where it has none. */
  readonly dictionaryId: number | undefined;
}

interface ArrowMessage {
  readonly kind: "schema" | "dictionary" | "record";
  readonly bytes: Uint8Array;
  readonly fields: readonly ArrowField[];
  /** Of a dictionary: its id, and whether it adds to the one before. */
  readonly dictionaryId: number;
  readonly isDelta: boolean;
  readonly textCount: number;
  readonly textBytes: number;
}

export interface ArrowStream {
  readonly fields: readonly ArrowField[];
  /** Streams of their own, each with one dictionary of an id at most: the rows of all are those of the stream. */
  readonly parts: readonly (readonly Uint8Array[])[];
}

export type WrongStream = "torn" | "compressed" | "other" | "type" | "large" | "rows";

/** What one stream may have at most; more than that, in a short body, would be many objects. */
export const MOST = {
  ...{ columns: 64, pairs: 1_000, batches: 10_000, buffers: 4_096 },
  ...{ texts: MOST_TEXTS, dictionaries: 1_000 },
} as const;
/** Batches of one part: they are read in one turn. */
const PART_BATCHES = 500;
/** Bytes of heads that are read in one turn. */
const SLICE_BYTES = 65_536;

const CONTINUATION = 0xffffffff;
const [SCHEMA, DICTIONARY, RECORD] = [1, 2, 3];
/** The metadata of version 4: since then buffers lie as they are read here. */
const LEAST_VERSION = 3;
const DICTIONARY_KINDS = 3;

/** The stream, which is whole; or what is wrong with it. */
export async function readStream(
  bytes: Uint8Array,
  turns: WorkTurns,
): Promise<ArrowStream | { readonly wrong: WrongStream }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: ArrowMessage[] = [];
  let readBytes = 0;
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
      const fields = messages[0]?.fields ?? [];
      const read = readMessage(message, bytes.subarray(start, end), bodyBytes, fields);
      if ("wrong" in read) return read;
      if (messages.push(read) > MOST.batches) return { wrong: "large" };
      readBytes += headBytes;
      if (readBytes > SLICE_BYTES) {
        readBytes = 0;
        await turns.next("begin");
      }
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
  columns: readonly ArrowField[],
): ArrowMessage | { readonly wrong: WrongStream } {
  const header = message.table(2);
  if (header === undefined || message.short(0) < LEAST_VERSION) return { wrong: "other" };
  const shared = { bytes, fields: [], dictionaryId: 0, isDelta: false, textCount: 0, textBytes: 0 };
  const kind = message.byte(1);
  if (kind === SCHEMA) {
    const fields = readSchema(header);
    return "wrong" in fields ? fields : { ...shared, kind: "schema", fields };
  }
  if (kind !== DICTIONARY && kind !== RECORD) return { wrong: "other" };
  const batch = kind === RECORD ? header : header.table(1);
  if (batch === undefined) return { wrong: "other" };
  if (batch.place(3) !== 0) return { wrong: "compressed" };
  const wrong = refuseBatch(batch, bodyBytes);
  if (wrong !== undefined) return { wrong };
  if (kind === RECORD) return { ...shared, kind: "record" };
  const [dictionaryId, isDelta] = [header.number(0), header.byte(2) !== 0];
  const body = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - bodyBytes, bodyBytes);
  const typeIds = columns.filter((it) => it.dictionaryId === dictionaryId).map((it) => it.typeId);
  const texts = measureTexts(batch, body, typeIds);
  if (texts.textCount > MOST_TEXTS) return { wrong: "large" };
  return { ...shared, kind: "dictionary", dictionaryId, isDelta, ...texts };
}

/** The texts of a dictionary, of which the library makes all at once. @param typeIds What columns take them for. */
function measureTexts(batch: FlatTable, body: DataView, typeIds: readonly number[]) {
  const { view } = batch;
  const [nodes, buffers] = [batch.list(1, 16), batch.list(2, 16)];
  const textCount = nodes.length > 0 ? wholeAt(view, nodes.at) : 0;
  if (buffers.length < 2 || textCount > MOST_TEXTS) return { textCount, textBytes: 0 };
  const offset = body.byteOffset + wholeAt(view, buffers.at + 16);
  const places = new DataView(body.buffer, offset, wholeAt(view, buffers.at + 24));
  const bytes = typeIds.map((typeId) => textBytesOf(places, typeId, textCount));
  return { textCount, textBytes: Math.max(0, ...bytes) };
}

/** The columns; each is of a type without children. */
function readSchema(schema: FlatTable): readonly ArrowField[] | { readonly wrong: WrongStream } {
  if (schema.short(0) !== 0) return { wrong: "other" };
  if (schema.list(1, 4).length > MOST.columns || !checkPairs(schema, 2)) return { wrong: "large" };
  const fields = schema.tables(1);
  for (const field of fields) {
    if (!checkPairs(field, 6)) return { wrong: "large" };
    field.table(3);
    const dictionary = field.table(4);
    const isDense = (dictionary?.short(DICTIONARY_KINDS) ?? 0) === 0;
    if (field.list(5, 4).length > 0 || !isDense) return { wrong: "type" };
  }
  return fields.map((field) => ({
    name: field.text(0),
    typeId: field.byte(2),
    dictionaryId: field.table(4)?.number(0),
  }));
}

/** Pairs of texts, which are left aside: their places are within the buffer. Returns false where there are too many. */
function checkPairs(table: FlatTable, n: number): boolean {
  if (table.list(n, 4).length > MOST.pairs) return false;
  for (const pair of table.tables(n)) for (const text of [0, 1]) pair.list(text, 1);
  return true;
}

/** Why a batch is refused: it has too many rows, or buffers. Throws a RangeError where one is outside of the body. */
function refuseBatch(batch: FlatTable, bodyBytes: number): WrongStream | undefined {
  const { view } = batch;
  const check = (isRight: boolean) => {
    if (!isRight) throw new RangeError("beyond the body");
  };
  const [nodes, buffers, views] = [batch.list(1, 16), batch.list(2, 16), batch.list(4, 8)];
  if (Math.max(nodes.length, buffers.length, views.length) > MOST.buffers) return "large";
  if (batch.number(0) > MOST_VALUES) return "rows";
  for (let n = 0; n < nodes.length; n++) {
    if (wholeAt(view, nodes.at + 16 * n) > MOST_VALUES) return "rows";
    wholeAt(view, nodes.at + 16 * n + 8);
  }
  for (let n = 0; n < buffers.length; n++) {
    const [offset, length] = [
      wholeAt(view, buffers.at + 16 * n),
      wholeAt(view, buffers.at + 16 * n + 8),
    ];
    check(offset + length <= bodyBytes);
  }
  for (let n = 0; n < views.length; n++) check(wholeAt(view, views.at + 8 * n) <= buffers.length);
  return undefined;
}

function streamOf(
  messages: readonly ArrowMessage[],
): ArrowStream | { readonly wrong: WrongStream } {
  const [schema, ...others] = messages;
  if (schema?.kind !== "schema") return { wrong: "other" };
  const parts: Uint8Array[][] = [];
  let dictionaries: ArrowMessage[] = [];
  let batches = PART_BATCHES;
  let dictionaryCount = 0;
  for (const message of others) {
    const { kind, dictionaryId, isDelta, bytes } = message;
    if (kind === "schema") return { wrong: "other" };
    if (kind === "dictionary") {
      if (!isDelta) dictionaries = dictionaries.filter((it) => it.dictionaryId !== dictionaryId);
      dictionaries.push(message);
      if (++dictionaryCount > MOST.dictionaries) return { wrong: "large" };
      batches = PART_BATCHES;
    } else {
      if (batches === PART_BATCHES) {
        parts.push([schema, ...dictionaries].map((it) => it.bytes));
        if (areTooLong(dictionaries)) return { wrong: "large" };
        batches = 0;
      }
      batches++;
      parts.at(-1)?.push(bytes);
    }
  }
  return { fields: schema.fields, parts };
}

function areTooLong(dictionaries: readonly ArrowMessage[]): boolean {
  const sum = (of: (it: ArrowMessage) => number) =>
    dictionaries.reduce((total, it) => total + of(it), 0);
  return sum((it) => it.textCount) > MOST_TEXTS || sum((it) => it.textBytes) > MOST_TEXT_BYTES;
}
