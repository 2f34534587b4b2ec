// Columns that are written into their buffers, beside those that flechette builds.
import {
  type Column,
  columnFromArray,
  type DataType,
  float64,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { expect, test } from "vitest";
import {
  INSTANT,
  instantColumn,
  numberColumn,
  textColumn,
} from "../../../../src/api/rest/data-point/arrow-columns.ts";

/** What a reader finds in a column that was sent. */
function received(column: Column<unknown>) {
  const bytes = tableToIPC(tableFromColumns([["it", column]]), { format: "stream" });
  const table = tableFromIPC(bytes as Uint8Array);
  return { fields: table.schema.fields, values: [...(table.getChild("it") as Iterable<unknown>)] };
}

const built = (values: readonly unknown[], type: DataType) =>
  received(columnFromArray<unknown>([...values], type));

test.each([
  ["texts that repeat", ["a", "a", "b", "a", "a"]],
  ["texts of many bytes", ["", "Ä", "Ä", "電池", "🔋🔋", "", "🔋🔋"]],
  ["empty texts", ["", ""]],
  ["no text", []],
])("%s", (_, texts) => {
  expect(received(textColumn(texts, (it) => it))).toEqual(built(texts, utf8()));
});

test("instants before and after 1970, at both ends of a half, and the farthest", () => {
  const farthest = 8.64e15;
  const halves = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1];
  const instants = [0, 1, Date.UTC(2026, 11, 1), farthest, ...halves];
  const all = instants.flatMap((it) => [it, -it || 0]);
  expect(received(instantColumn(all, (it) => it))).toEqual(built(all, INSTANT()));
});

test("numbers", () => {
  const numbers = [0, -0, 1.5, 5e-324, Number.MAX_VALUE];
  expect(received(numberColumn(numbers, (it) => it))).toEqual(built(numbers, float64()));
});
