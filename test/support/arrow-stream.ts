// Arrow IPC streams with messages as a test describes them, also such as no library writes.

/** A field of a table: a number of so many bytes, a text, a list of bytes, a table, or a list of tables. */
type Field =
  | undefined
  | { readonly bytes: 1 | 2 | 8; readonly value: number }
  | { readonly text: string }
  | { readonly items: Uint8Array; readonly count: number }
  | { readonly table: Table }
  | { readonly tables: readonly Table[] };
type Table = readonly Field[];

const byte = (value: number): Field => ({ bytes: 1, value });
const short = (value: number): Field => ({ bytes: 2, value });
const long = (value: number): Field => ({ bytes: 8, value });

/** Numbers of 64 bits, as items of so many each. */
function longs(values: readonly number[], each: number): Field {
  const items = Buffer.alloc(8 * values.length);
  for (const [n, value] of values.entries()) items.writeBigInt64LE(BigInt(value), 8 * n);
  return { items, count: values.length / each };
}

function bytesOf(root: Table): Buffer {
  const parts: Buffer[] = [Buffer.alloc(4)];
  let length = 4;
  const append = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    return length - part.length;
  };
  function appendTable(fields: Table): number {
    const shape = Buffer.alloc(4 + 2 * fields.length);
    shape.writeUInt16LE(shape.length, 0);
    for (const [n, field] of fields.entries())
      shape.writeUInt16LE(field === undefined ? 0 : 4 + 8 * n, 4 + 2 * n);
    append(shape);
    const table = Buffer.alloc(4 + 8 * fields.length);
    table.writeInt32LE(shape.length, 0);
    const at = append(table);
    for (const [n, field] of fields.entries()) {
      const place = 4 + 8 * n;
      if (field === undefined) continue;
      if ("bytes" in field) table.writeBigInt64LE(BigInt(field.value), place);
      else table.writeUInt32LE(appendChild(field) - at - place, place);
    }
    return at;
  }
  function appendChild(field: Exclude<Field, undefined | { readonly bytes: number }>): number {
    if ("table" in field) return appendTable(field.table);
    if ("tables" in field) {
      const list = Buffer.alloc(4 + 4 * field.tables.length);
      list.writeUInt32LE(field.tables.length, 0);
      const at = append(list);
      for (const [n, table] of field.tables.entries())
        list.writeUInt32LE(appendTable(table) - at - 4 - 4 * n, 4 + 4 * n);
      return at;
    }
    const items = "text" in field ? Buffer.from(field.text) : field.items;
    const head = Buffer.alloc(4);
    head.writeUInt32LE("text" in field ? items.length : field.count, 0);
    const at = append(head);
    append(Buffer.from(items));
    return at;
  }
  parts[0]?.writeUInt32LE(appendTable(root), 0);
  return Buffer.concat(parts);
}

const VERSION = 4;

function messageOf(
  kind: number,
  header: Table,
  body: Uint8Array = new Uint8Array(),
  version = VERSION,
): Buffer {
  const head = bytesOf([short(version), byte(kind), { table: header }, long(body.length)]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32LE(0xffffffff, 0);
  frame.writeUInt32LE(head.length, 4);
  return Buffer.concat([frame, head, body]);
}

/** Pairs of texts beside a schema or a field. */
const pairsOf = (count: number): Field => ({
  tables: Array.from({ length: count }, () => [{ text: "k" }, { text: "v" }]),
});

interface FieldShape {
  readonly name?: string;
  readonly typeId?: number;
  readonly pairs?: number;
  readonly children?: number;
  readonly dictionary?: { readonly id: number; readonly kind?: number };
}

export function schemaMessage(
  fields: readonly FieldShape[],
  { pairs = 0, order = 0, version = VERSION } = {},
): Buffer {
  const tables = fields.map(({ name = "id", typeId = 5, children = 0, dictionary, ...it }) => [
    { text: name },
    undefined,
    byte(typeId),
    { table: [] },
    dictionary && {
      table: [long(dictionary.id), undefined, undefined, short(dictionary.kind ?? 0)],
    },
    { tables: Array.from({ length: children }, () => []) },
    pairsOf(it.pairs ?? 0),
  ]);
  return messageOf(1, [short(order), { tables }, pairsOf(pairs)], undefined, version);
}

interface BatchShape {
  readonly rows?: number;
  /** Rows and nulls of each column. */
  readonly nodes?: readonly (readonly [number, number])[];
  /** Place and length of each buffer. */
  readonly buffers?: readonly (readonly [number, number])[];
  readonly views?: readonly number[];
  readonly isCompressed?: boolean;
  readonly body?: Uint8Array;
}

function batchOf({
  rows = 1,
  nodes = [],
  buffers = [],
  views = [],
  isCompressed,
}: BatchShape): Table {
  const compression = isCompressed === true ? { table: [] } : undefined;
  return [
    ...[long(rows), longs(nodes.flat(), 2), longs(buffers.flat(), 2), compression],
    longs(views, 1),
  ];
}

export const batchMessage = (batch: BatchShape): Buffer => messageOf(3, batchOf(batch), batch.body);

export const dictionaryMessage = (id: number, batch: BatchShape, isDelta = false): Buffer =>
  messageOf(2, [long(id), { table: batchOf(batch) }, byte(isDelta ? 1 : 0)], batch.body);

/** The stream of these messages, with its end. */
export function streamOf(...messages: readonly Buffer[]): Buffer {
  return Buffer.concat([...messages, Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])]);
}
