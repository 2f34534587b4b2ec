// The destination of log lines on a real pipe, whose reader is slow or gone.
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDestination } from "../../src/adapters/pino/destination.ts";

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
const LINE = `${"x".repeat(9999)}\n`;

let folder: string;
let reader: number;
let writer: number;
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(join(tmpdir(), "mando-log-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  reader = openSync(path, O_RDONLY | O_NONBLOCK);
  writer = openSync(path, O_WRONLY | O_NONBLOCK);
});
afterEach(() => {
  vi.useRealTimers();
  closeSync(writer);
  rmSync(folder, { recursive: true });
});

const destination = () => createDestination(writer, () => 1000);

function readAll(): string {
  const bytes = Buffer.alloc(2 ** 17);
  let text = "";
  for (let wait = 0; wait < 3; ) {
    let count = 0;
    try {
      count = readSync(reader, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
    text += bytes.toString("latin1", 0, count);
    wait = count === 0 ? wait + 1 : 0;
    vi.advanceTimersByTime(100);
  }
  return text;
}

test("every line arrives whole and in order, though the pipe is full for a while", () => {
  const { write } = destination();
  const lines = Array.from({ length: 50 }, (_, n) => `${n} ${LINE}`);
  for (const line of lines) write(line);
  expect(readAll()).toBe(lines.join(""));
  closeSync(reader);
});

test("lines beyond the bound are dropped, and their number is logged once the reader continues", () => {
  const { write } = destination();
  for (let n = 0; n < 300; n++) write(LINE);
  const kept = readAll().split("\n").length - 1;
  expect(kept).toBeGreaterThan(100);
  expect(kept).toBeLessThan(200);
  write("next\n");
  const [said = "", next] = readAll().split("\n");
  expect(JSON.parse(said)).toMatchObject({ level: 40, time: 1000, dropped: 300 - kept });
  expect(next).toBe("next");
  closeSync(reader);
});

test("a reader that has gone is no fault, and costs no time", () => {
  const { write, flush } = destination();
  closeSync(reader);
  for (let n = 0; n < 1000; n++) write(LINE);
  flush();
});

test("a reader that goes while lines wait is no fault either", () => {
  const { write, flush } = destination();
  for (let n = 0; n < 50; n++) write(LINE);
  closeSync(reader);
  vi.advanceTimersByTime(1000);
  flush();
  expect(vi.getTimerCount()).toBe(0);
});
