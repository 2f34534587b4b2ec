// Rows of data points as an Arrow IPC stream, one batch of records for each page.
import {
  bool,
  columnFromArray,
  type DataType,
  float64,
  TimeUnit,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from "@uwdata/flechette";

/** Whether values are numbers, or texts of JSON. */
export type ArrowValues = "numbers" | "texts";

const END_BYTES = 8;

const INSTANT = () => timestamp(TimeUnit.MILLISECOND, "UTC");
const TYPES: Readonly<Record<string, () => DataType>> = {
  id: utf8,
  timestamp: INSTANT,
  source: utf8,
  known: INSTANT,
  author: utf8,
  covered_ratio: float64,
  recorded_at: INSTANT,
  expires_at: INSTANT,
  is_withdrawal: bool,
  request_id: utf8,
};

/** The media type of an Arrow IPC stream. */
export const ARROW = "application/vnd.apache.arrow.stream";

/** A page by its columns, instants in ms. */
export type ArrowPage = Readonly<Record<string, unknown[]>>;

/** The bytes of a stream: its schema, each page, and its end. */
export async function* arrowBytes(
  columns: readonly string[],
  values: ArrowValues,
  pages: AsyncIterable<ArrowPage>,
): AsyncGenerator<Uint8Array, undefined> {
  const typeOf = (name: string) => {
    if (name === "value") return values === "numbers" ? float64() : utf8();
    const type = TYPES[name];
    if (type === undefined) throw new Error(`bug: ${name} has no type in Arrow`);
    return type();
  };
  const encode = (page: ArrowPage) => {
    const table = tableFromColumns(
      columns.map((name) => [name, columnFromArray(page[name] ?? [], typeOf(name))]),
    );
    return tableToIPC(table, { format: "stream" }) as Uint8Array;
  };
  const empty = encode({});
  const view = new DataView(empty.buffer, empty.byteOffset, empty.byteLength);
  const schemaEnd = 8 + view.getUint32(4, true);
  yield empty.subarray(0, schemaEnd);
  // Each page is a stream by itself: of that only what lies between its schema and its end.
  for await (const page of pages) {
    const bytes = encode(page);
    yield bytes.subarray(schemaEnd, bytes.length - END_BYTES);
  }
  yield empty.subarray(empty.length - END_BYTES);
  return undefined;
}
