// Answers of many rows, over a real connection.
import { type ClientRequest, get, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, describe, expect, test } from "vitest";
import { answerRows, type RowFormat, type RowPages } from "../../../src/api/rest/base/rows.ts";
import type { Log } from "../../../src/domain/ports/log.ts";

const FORMATS: readonly RowFormat[] = ["json", "ndjson", "csv"];
const warnings: string[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn: (_, message) => warnings.push(message),
  error() {},
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  warnings.length = 0;
});

/** Serves these rows, in the format that the path names. */
async function serve(pages: () => RowPages): Promise<number> {
  const app = new Hono();
  app.get("/:format", (c) => answerRows(c, c.req.param("format") as RowFormat, pages(), log));
  app.onError((error, c) => c.text(error.message, 503));
  server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const rowsOf = (page: number, size: number) =>
  Array.from({ length: size }, (_, n) => ({ page, n, text: 'a "b", c', none: null }));

/** Pages without end, and how many were read; `broken` is the page that cannot be. */
function endless(size: number, broken = Infinity) {
  const seen = { read: 0, returned: false };
  async function* pages() {
    try {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (seen.read + 1 === broken) throw new Error(`page ${broken} is unavailable`);
        yield rowsOf(++seen.read, size);
      }
    } finally {
      seen.returned = true;
    }
  }
  return { seen, pages };
}

/** Everything that comes over a connection, and whether it was reset. */
function rawAnswer(port: number, head: string): Promise<{ text: string; reset: boolean }> {
  return new Promise((resolve) => {
    let [text, reset] = ["", false];
    const socket = connect(port, "127.0.0.1", () => socket.write(`${head}\r\n\r\n`));
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => {
      reset = true;
    });
    socket.on("close", () => resolve({ text, reset }));
  });
}

function open(port: number): Promise<{ request: ClientRequest; answer: IncomingMessage }> {
  return new Promise((resolve) => {
    const request = get({ port, path: "/ndjson", agent: false }, (answer) => {
      answer.on("error", () => {});
      resolve({ request, answer });
    });
    request.on("error", () => {});
  });
}

describe("rows", () => {
  test.each([
    [0, []],
    [1, [rowsOf(1, 3)]],
    [2, [rowsOf(1, 3), rowsOf(2, 3)]],
    [5, [1, 2, 3, 4, 5].map((page) => rowsOf(page, 2))],
  ])("of %d pages are one document in each format", async (count, pages) => {
    const port = await serve(() => pages);
    const answer = async (format: RowFormat) => fetch(`http://127.0.0.1:${port}/${format}`);
    const json = await answer("json");
    expect(json.headers.get("content-type")).toBe("application/json");
    expect(json.headers.has("content-length")).toBe(count <= 1);
    expect(await json.text()).toBe(JSON.stringify(pages.flat()));
    const ndjson = await answer("ndjson");
    expect(ndjson.headers.get("content-type")).toBe("application/x-ndjson");
    expect(await ndjson.text()).toBe(
      pages
        .flat()
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(""),
    );
    const csv = await answer("csv");
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = pages.flat().map(({ page, n }) => `${page},${n},"a ""b"", c",\n`);
    expect(await csv.text()).toBe(
      [...(count > 0 ? ["page,n,text,none\n"] : []), ...lines].join(""),
    );
  });

  test("are refused as a whole where the first pages cannot be read", async () => {
    for (const broken of [1, 2]) {
      const port = await serve(endless(3, broken).pages);
      const answer = await fetch(`http://127.0.0.1:${port}/json`);
      expect([answer.status, await answer.text()]).toEqual([503, `page ${broken} is unavailable`]);
    }
  });

  test.each(
    FORMATS.flatMap((format) => ["1.0", "1.1"].map((version) => [format, version] as const)),
  )(
    "as %s over HTTP/%s break off visibly where a later page cannot be read",
    async (format, version) => {
      for (const [size, broken] of [
        [2, 3],
        [2, 4],
        [2, 9],
        [20_000, 5],
      ] as const) {
        warnings.length = 0;
        const { seen, pages } = endless(size, broken);
        const port = await serve(pages);
        const { text, reset } = await rawAnswer(port, `GET /${format} HTTP/${version}\r\nhost: x`);
        // With much still to read, Node's own client sometimes takes the reset for an end.
        if (size === 2) expect(reset).toBe(true);
        expect(text).not.toMatch(/(^|\r\n)0\r\n\r\n$/);
        expect(text).not.toContain("is unavailable");
        expect(warnings).toHaveLength(1);
        await expect.poll(() => seen.returned).toBe(true);
        server?.close();
      }
    },
  );

  test("are read no faster than the client takes them, and no more once it leaves", async () => {
    const { seen, pages } = endless(5_000);
    const { request, answer } = await open(await serve(pages));
    await expect.poll(() => stands(() => seen.read)).toBe(true);
    const stalledAt = seen.read;
    expect(stalledAt).toBeLessThan(60);
    for (let chunks = 0; chunks < 200; chunks++) await once(answer);
    expect(seen.read).toBeGreaterThan(stalledAt);
    expect(seen.returned).toBe(false);
    request.destroy();
    await expect.poll(() => seen.returned).toBe(true);
    const leftAt = seen.read;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen.read).toBe(leftAt);
    expect(warnings).toEqual([]);
  });

  test.each(["comes", "cannot be read"])(
    "end quietly where the client leaves while a page is read, which then %s",
    async (outcome) => {
      let [isReading, returned] = [false, false];
      let read = (_: Error | undefined) => {};
      async function* pages() {
        try {
          yield rowsOf(1, 2);
          yield rowsOf(2, 2);
          isReading = true;
          const error = await new Promise<Error | undefined>((resolve) => {
            read = resolve;
          });
          if (error) throw error;
          yield rowsOf(3, 2);
          yield rowsOf(4, 2);
        } finally {
          returned = true;
        }
      }
      const { request } = await open(await serve(pages));
      await expect.poll(() => isReading).toBe(true);
      request.destroy();
      await expect.poll(openConnections).toBe(0);
      read(outcome === "comes" ? undefined : new Error("page 3 is unavailable"));
      await expect.poll(() => returned).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
      expect(warnings).toEqual([]);
    },
  );
});

function openConnections(): Promise<number> {
  return new Promise((resolve) => server?.getConnections((_, count) => resolve(count)));
}

/** Whether a count stays as it is. */
async function stands(count: () => number): Promise<boolean> {
  const before = count();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return count() === before;
}

async function once(answer: IncomingMessage): Promise<void> {
  while (answer.read() === null) await new Promise((resolve) => answer.once("readable", resolve));
}
