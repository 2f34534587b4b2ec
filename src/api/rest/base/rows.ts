// Responses of many rows, as JSON, lines of JSON or CSV, read page by page, as fast as the client reads them.
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { DecimalSeparator } from "../../../domain/base/decimal.ts";
import { snakeCase } from "../../../domain/base/snake-case.ts";
import type { Log } from "../../../domain/ports/log.ts";
import { STAT_FIELDS, STAT_PARTS, type Stat } from "../../../domain/telemetry/step-figures.ts";

const TYPES = {
  json: "application/json",
  ndjson: "application/x-ndjson",
  csv: "text/csv; charset=utf-8",
} as const;

export type RowFormat = keyof typeof TYPES;

/** The signs of a CSV, and its columns: those are named also where there are no rows. */
export interface CsvForm {
  readonly separator: string;
  readonly decimal: DecimalSeparator;
  readonly columns?: readonly string[];
}

const USUAL: CsvForm = { separator: ",", decimal: "." };

/** Pages of rows; only a single page may be empty. */
export type RowPages = Iterable<readonly object[]> | AsyncIterable<readonly object[]>;

/**
 * The response with the rows of all pages. A few pages at most are in memory, and reading stops when the client
 * disconnects. An error of the first two pages is thrown, to be answered as a problem; a later one resets the
 * connection, so that a part is not taken for the whole.
 */
export async function answerRows(
  c: Context,
  format: RowFormat,
  pages: RowPages,
  log: Log,
  form: CsvForm = USUAL,
): Promise<Response> {
  const text = textOf(format, pages, form);
  const first = await text.next();
  const headers = { "content-type": TYPES[format] };
  if (first.done) return c.body(first.value ?? "", 200, headers);

  return c.body(streamOf(c, first.value, text, log), 200, headers);
}

/** The response with all bytes, in the same way: an error of the first two parts is thrown. */
export async function answerBytes(
  c: Context,
  type: string,
  bytes: AsyncGenerator<Uint8Array, undefined>,
  log: Log,
): Promise<Response> {
  const parts = [(await bytes.next()).value, (await bytes.next()).value];
  const first = Buffer.concat(parts.filter((it) => it !== undefined));
  return c.body(streamOf(c, first, bytes, log), 200, { "content-type": type });
}

/** A stream that reads the next part when the client has the one before. */
function streamOf<T extends string | Uint8Array>(
  c: Context,
  first: T,
  parts: AsyncGenerator<T, T | undefined>,
  log: Log,
): ReadableStream<Uint8Array> {
  const { outgoing } = c.env as HttpBindings;
  let isSent = false;
  let hasLeft = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = isSent ? await parts.next() : { done: false, value: first };
          isSent = true;
          // The client has disconnected while the page was read.
          if (hasLeft) return;
          if (value !== undefined) controller.enqueue(Buffer.from(value as string));
          if (done) controller.close();
        } catch (error) {
          if (hasLeft) return;
          log.warn({ err: error, path: c.req.path }, "an answer broke off: its connection is cut");
          // In HTTP/1.0 the end of a connection is the end of the response: only a reset is an error.
          outgoing.socket?.resetAndDestroy();
        }
      },
      async cancel() {
        hasLeft = true;
        await parts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The text of each page; the last one is the return value, so that one page needs no stream. */
async function* textOf(
  format: RowFormat,
  pages: RowPages,
  form: CsvForm,
): AsyncGenerator<string, string | undefined> {
  let held: string | undefined;
  for await (const rows of pages) {
    if (held !== undefined) yield held;
    held = pageText[format](rows, held === undefined, form);
  }
  if (format !== "json") return held ?? "";
  return `${held ?? "["}]`;
}

const pageText: Readonly<
  Record<RowFormat, (rows: readonly object[], isFirst: boolean, form: CsvForm) => string>
> = {
  json: (rows, isFirst) => (isFirst ? "[" : ",") + JSON.stringify(rows).slice(1, -1),
  ndjson: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  csv: (rows, isFirst, form) => {
    const [first] = rows;
    const columns = form.columns ?? (first && cellsOf(first).map(([name]) => name));
    const names = columns && isFirst ? [csvLine(columns, form)] : [];
    const lines = rows.map((row) =>
      csvLine(
        cellsOf(row).map(([, value]) => value),
        form,
      ),
    );
    return [...names, ...lines].join("");
  },
};

/** The cells of a row under their names; a figure over a step is one cell for each of its parts. */
function cellsOf(row: object): (readonly [name: string, value: unknown])[] {
  return Object.entries(row).flatMap(([name, value]) =>
    STATS.has(name) && "sample_count" in row
      ? STAT_PARTS.map(
          (part) => [`${name}_${part}`, (value as Stat | null)?.[part] ?? null] as const,
        )
      : [[name, value] as const],
  );
}

const STATS = new Set<string>(STAT_FIELDS.map(snakeCase));

function csvLine(values: readonly unknown[], form: CsvForm): string {
  return `${values.map((value) => csvCell(value, form)).join(form.separator)}\n`;
}

/** A text that a spreadsheet would run as a formula begins with an apostrophe. */
function csvCell(value: unknown, { separator, decimal }: CsvForm): string {
  let text = value === null || value === undefined ? "" : String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(value)) text = `'${value}`;
  else if (typeof value === "object" && value !== null) text = JSON.stringify(value);
  else if (typeof value === "number" && decimal === ",") text = text.replace(".", ",");
  return text.includes(separator) || /["\r\n]/.test(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
