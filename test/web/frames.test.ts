// The list of assets and their frames, from a server and a worker that the test is itself.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Report } from "../../web/dashboard/live/frame-reader.ts";
import { createFrameReader } from "../../web/dashboard/live/frame-reader.ts";
import {
  type FramesAccess,
  type FramesNews,
  type FramesWorker,
  followFrames,
} from "../../web/dashboard/live/frames.ts";
import type { ReaderNews, ReadOrder } from "../../web/dashboard/live/frames-worker.ts";
import { frame, sample } from "./fleet-columns.ts";

let server: Server;
let answers: { status: number; body: unknown }[];
/** The credentials of the requests. */
let requested: (string | undefined)[];

beforeEach(async () => {
  [answers, requested] = [[], []];
  server = createServer((request, response) => {
    requested.push(request.headers.authorization);
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

const listOf = (...ids: string[]) => ({
  status: 200,
  body: ids.map((id) => ({
    ...{ id, name: id, location: "Oulu", site_id: "s", site_name: "Oulu" },
    ...{ capacity_mwhr: 10, max_mw: 5, min_mw: -5 },
  })),
});

/** The access of the page: its credential, and who waits for another one. */
function accessOf(first?: string) {
  let credential = first;
  const listeners = new Set<() => void>();
  const refused: (string | undefined)[] = [];
  const access: FramesAccess = {
    authorization: async () => credential,
    another(one) {
      refused.push(one);
      return new Promise((resolve) => listeners.add(resolve));
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    access,
    refused,
    signIn(next: string) {
      credential = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

function start({ access } = accessOf()) {
  const { port } = server.address() as AddressInfo;
  const orders: ReadOrder[] = [];
  const news: FramesNews[] = [];
  const worker: FramesWorker = { onmessage: null, postMessage: (order) => orders.push(order) };
  const frames = followFrames(worker, `http://127.0.0.1:${port}/`, access);
  const post = (data: ReaderNews) =>
    worker.onmessage?.call(worker as Worker, { data } as MessageEvent<ReaderNews>);
  return { frames, orders, news, post };
}

function reportOf(...ids: string[]): Report {
  return createFrameReader(ids)(
    frame(
      1,
      ids.map((id) => sample(id, {})),
    ),
  );
}

test("gives the assets at once, and has the worker report in their order", async () => {
  answers.push(listOf("a", "b"));
  const { frames, orders, news } = start();
  frames.listen((one) => news.push(one));
  await expect.poll(() => news).toMatchObject([{ kind: "assets", assets: [{ id: "a" }, {}] }]);
  expect(orders.map(({ list }) => list)).toEqual([{ listNumber: 1, ids: ["a", "b"] }]);
});

test("gives what came before it was listened to", async () => {
  answers.push(listOf("a"));
  const { frames, orders, news, post } = start();
  await expect.poll(() => orders.length).toBe(1);
  post({ kind: "report", listNumber: 1, report: reportOf("a") });
  frames.listen((one) => news.push(one));
  expect(news.map(({ kind }) => kind)).toEqual(["assets", "report"]);
});

test("drops a report in the order of an earlier list", async () => {
  answers.push(listOf("a"), listOf("b", "a"));
  const { frames, orders, news, post } = start();
  frames.listen((one) => news.push(one));
  await expect.poll(() => orders.length).toBe(1);
  frames.reload();
  await expect.poll(() => orders.length).toBe(2);
  post({ kind: "report", listNumber: 1, report: reportOf("a") });
  post({ kind: "report", listNumber: 2, report: reportOf("b", "a") });
  expect(news.map(({ kind }) => kind)).toEqual(["assets", "assets", "report"]);
});

test("reports what refuses the list, and follows the frames all the same", async () => {
  answers.push({ status: 403, body: { code: "HOST_UNKNOWN", detail: "no such host" } });
  const { frames, orders, news } = start();
  frames.listen((one) => news.push(one));
  await expect.poll(() => orders.length).toBe(1);
  expect(news).toEqual([{ kind: "refused", reason: "no such host" }]);
  expect(orders[0]?.list).toBeUndefined();
});

test("waits for a sign-in that the list requires, and requests it with the credential", async () => {
  answers.push({ status: 401, body: { code: "UNAUTHORIZED", detail: "no token came" } });
  const page = accessOf();
  const { frames, orders, news } = start(page);
  frames.listen((one) => news.push(one));
  await expect.poll(() => page.refused).toEqual([undefined]);
  expect(news).toEqual([]);
  answers.push(listOf("a"));
  page.signIn("Bearer b");
  await expect.poll(() => news.map(({ kind }) => kind)).toEqual(["assets"]);
  expect(requested).toEqual([undefined, "Bearer b"]);
  expect(orders.at(-1)?.authorization).toBe("Bearer b");
});

test("gives the worker another credential where one was refused, and each that was renewed", async () => {
  answers.push(listOf("a"));
  const page = accessOf("Bearer a");
  const { frames, orders, news, post } = start(page);
  frames.listen((one) => news.push(one));
  await expect.poll(() => orders.map(({ authorization }) => authorization)).toEqual(["Bearer a"]);
  page.signIn("Bearer b");
  await expect.poll(() => orders.at(-1)?.authorization).toBe("Bearer b");
  post({ kind: "unauthorized", authorization: "Bearer b" });
  await expect.poll(() => page.refused).toEqual(["Bearer b"]);
  page.signIn("Bearer c");
  await expect.poll(() => orders.at(-1)?.authorization).toBe("Bearer c");
  expect(news.map(({ kind }) => kind)).toEqual(["assets"]);
});
