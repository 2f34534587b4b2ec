// Rows of data points as an Arrow IPC stream, one batch of records for each page.
import { tableFromColumns, tableToIPC } from "@uwdata/flechette";
import type { ArrowPage } from "./arrow-pages.ts";

const END_BYTES = 8;

/** The media type of an Arrow IPC stream. */
export const ARROW = "application/vnd.apache.arrow.stream";

/**
 * The bytes of a stream: its schema, each page, and its end.
 *
 * @param columns The names of the columns, in their order.
 * @param empty   A page without rows, which has their types.
 */
export async function* arrowBytes(
  columns: readonly string[],
  empty: ArrowPage,
  pages: AsyncIterable<ArrowPage>,
): AsyncGenerator<Uint8Array, undefined> {
  const encode = (page: ArrowPage) => {
    const table = tableFromColumns(
      columns.map((name) => {
        const column = page[name];
        if (column === undefined) throw new Error(`bug: a page lacks the column ${name}`);
        return [name, column] as const;
      }),
    );
    return tableToIPC(table, { format: "stream" }) as Uint8Array;
  };
  const frame = encode(empty);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const schemaEnd = 8 + view.getUint32(4, true);
  yield frame.subarray(0, schemaEnd);
  // Each page is a stream by itself: of that only what lies between its schema and its end.
  for await (const page of pages) {
    const bytes = encode(page);
    yield bytes.subarray(schemaEnd, bytes.length - END_BYTES);
  }
  yield frame.subarray(frame.length - END_BYTES);
  return undefined;
}
