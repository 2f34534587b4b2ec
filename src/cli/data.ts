// The commands of data points, through a server that runs.
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { catalogueOf } from "./catalogue.ts";
import { EXIT_REFUSED, fail } from "./exit.ts";
import { request, serverOf } from "./server-requests.ts";

const ARROW = "application/vnd.apache.arrow.stream";
const MEDIA: Readonly<Record<string, string>> = {
  csv: "text/csv",
  json: "application/json",
  ndjson: "application/x-ndjson",
  arrow: ARROW,
};
/** Descriptions that one request has. */
const MOST_DESCRIBED = 1_000;

export interface Place {
  readonly url?: string;
}

export interface ReadFlags extends Place {
  readonly from?: string;
  readonly until?: string;
  readonly mode?: string;
  readonly knownAt?: string;
  readonly recordedAt?: string;
  readonly step?: string;
  readonly aggregate?: string;
  readonly timeZone?: string;
  readonly versions?: true;
  readonly prefix?: string;
  readonly format: string;
}

export interface WriteFlags extends Place {
  readonly source?: string;
  readonly known?: string;
  readonly expiresAt?: string;
  readonly unit?: string;
  readonly requestId?: string;
  readonly separator?: string;
  readonly decimal?: string;
}

export interface DescribeFlags extends Place {
  readonly type: string;
  readonly unit?: string;
  readonly resolution?: string;
  readonly timeZone?: string;
  readonly description?: string;
  readonly min?: string;
  readonly max?: string;
  readonly retention?: string;
}

/** Lists the catalogue: path, type, unit and resolution. */
export async function listData(prefix: string | undefined, { url }: Place): Promise<void> {
  for (const { id, type, unit, resolution } of await catalogueOf(serverOf(url), prefix))
    process.stdout.write(`${[id, type, unit ?? "-", resolution ?? "-"].join("  ")}\n`);
}

/** Prints values. */
export function getData(paths: readonly string[], flags: ReadFlags): Promise<void> {
  const { url, format, versions, ...others } = flags;
  const accept = MEDIA[format];
  if (accept === undefined)
    return fail(`--format must be one of ${Object.keys(MEDIA).join(", ")}`, EXIT_REFUSED);
  const query = queryOf({ ...others, versions: versions && "true" });
  for (const path of paths) query.append("id", path);
  return request(serverOf(url), `query_data?${query}`, print, { headers: { accept } });
}

/** Writes values of a file, or of the standard input, which is CSV. */
export async function putData(file: string | undefined, flags: WriteFlags): Promise<void> {
  const { url, ...others } = flags;
  const kind = file === undefined ? "csv" : extname(file).slice(1);
  const type = kind === "ndjson" ? undefined : MEDIA[kind];
  if (type === undefined) return fail(`${file} must end with .csv, .json or .arrow`, EXIT_REFUSED);
  const body = file === undefined ? await buffer(process.stdin) : await bytesOf(file);
  const headers = { "content-type": type };
  const saved = await request(
    serverOf(url),
    `save_data?${queryOf(others)}`,
    async (answer) => (await answer.json()) as { value_count: number; recorded_at: string },
    { method: "POST", headers, body },
  );
  process.stdout.write(`${saved.value_count} values, recorded at ${saved.recorded_at}\n`);
}

/** Describes one data point. */
export async function describeData(id: string, flags: DescribeFlags): Promise<void> {
  const { url, min, max, timeZone, ...others } = flags;
  const bounds = { min_value: numberOf("--min", min), max_value: numberOf("--max", max) };
  await sendDescriptions(serverOf(url), [{ id, ...others, time_zone: timeZone, ...bounds }]);
  process.stdout.write(`${id} is described\n`);
}

/** Prints the catalogue as CSV, which `import` reads: without what is answered from the fleet. */
export function exportData({ url, prefix }: Place & { readonly prefix?: string }): Promise<void> {
  const query = queryOf({ prefix, isReadOnly: "false", format: "csv" });
  return request(serverOf(url), `data_points?${query}`, print);
}

async function print(answer: Response): Promise<void> {
  if (answer.body === null) return;
  try {
    await pipeline(Readable.fromWeb(answer.body as never), process.stdout, { end: false });
  } catch (error) {
    // What reads the output has enough of it.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    return fail((error as Error).message, EXIT_REFUSED);
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : fail(`${name} must be a number`, EXIT_REFUSED);
}

async function sendDescriptions(server: string, points: readonly object[]): Promise<void> {
  const headers = { "content-type": "application/json" };
  for (let n = 0; n < points.length; n += MOST_DESCRIBED) {
    const body = JSON.stringify(points.slice(n, n + MOST_DESCRIBED));
    await request(server, "describe_data", (answer) => answer.text(), {
      method: "POST",
      ...{ headers, body },
    });
  }
}

/** A query string, with the names of options as the server has them. */
function queryOf(options: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options))
    if (value !== undefined)
      query.set(
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      );
  return query;
}

/** Describes the data points of a CSV, as `export` writes it. */
export async function importData(file: string, { url }: Place): Promise<void> {
  const { parse } = await import("csv-parse/sync");
  let records: readonly Readonly<Record<string, string>>[];
  try {
    records = parse(Buffer.from(await bytesOf(file)), { bom: true, columns: true });
  } catch (error) {
    return fail(`${file} cannot be read: ${(error as Error).message}`, EXIT_REFUSED);
  }
  await sendDescriptions(
    serverOf(url),
    records.map((it) => descriptionOf(it, file)),
  );
  process.stdout.write(`${records.length} data points are described\n`);
}

const NUMBERS = new Set(["min_value", "max_value"]);

/** A row of the catalogue; an empty cell is not there. */
function descriptionOf(record: Readonly<Record<string, string>>, file: string): object {
  const cells = Object.entries(record).filter(
    ([name, cell]) => cell !== "" && name !== "is_read_only",
  );
  return Object.fromEntries(
    cells.map(([name, cell]) => {
      if (NUMBERS.has(name)) return [name, numberOf(name, cell)];
      return [
        name,
        name === "json_schema" ? jsonOf(cell, file) : cell.replace(/^'(?=[=+\-@])/, ""),
      ];
    }),
  );
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail(`${file}: a json_schema is no JSON`, EXIT_REFUSED);
  }
}
