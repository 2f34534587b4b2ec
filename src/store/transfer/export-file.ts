// A file of an export: a header and rows, compressed.
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CsvError, type Info, parse } from "csv-parse";
import { TransferRefused } from "./refused.ts";

/** The bytes of a file, decompressed. */
export function readExportFile(file: string): Readable {
  return Readable.from(unpack(file), { objectMode: false });
}

async function* unpack(file: string): AsyncGenerator<Buffer> {
  const bytes = createGunzip();
  // A failure ends the stream of bytes with its error.
  pipeline(createReadStream(file), bytes).catch(() => {});
  try {
    yield* bytes;
  } catch (error) {
    throw unreadable(file, error as Error);
  }
}

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): Error {
  if (code === "Z_BUF_ERROR") return new TransferRefused(`${file} is cut short: copy it again`);
  if (code?.startsWith("Z_"))
    return new TransferRefused(`${file} is no sound gzip file (${message}): copy it again`);
  return new TransferRefused(`${file} cannot be read: ${message}`);
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** The line at which the record ends. */
  readonly line: number;
}

/** The header and the first row, each undefined where there is none. */
export async function readFirstRecords(
  file: string,
): Promise<readonly [header: CsvRecord | undefined, first: CsvRecord | undefined]> {
  const [header, first] = await recordsOf(file, 1, 2);
  return [header, first];
}

/** The line at which a row ends. @param place Its index among the rows, from 1. */
export async function lineOfRow(file: string, place: number): Promise<number | undefined> {
  const [row] = await recordsOf(file, place + 1, place + 1);
  return row?.line;
}

async function recordsOf(file: string, from: number, to: number): Promise<CsvRecord[]> {
  const source = readExportFile(file);
  const parser = source.pipe(parse({ bom: true, info: true, relaxColumnCount: true, from, to }));
  source.once("error", (error) => parser.destroy(error));
  const records: CsvRecord[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>)
      records.push({ cells: record, line: info.lines });
  } catch (error) {
    if (error instanceof CsvError) throw new TransferRefused(`${file}: ${error.message}`);
    throw error;
  } finally {
    source.destroy();
  }
  return records;
}
