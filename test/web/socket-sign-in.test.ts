// The WebSocket of the pages before a server that requires a sign-in.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { openSocket } from "../../web/dashboard/live/socket.ts";

let server: Server;
let sockets: WebSocketServer;
/** What each connection was opened with. */
let opened: unknown[];
/** The credentials that the server accepts. */
let accepted: Set<unknown>;

beforeEach(async () => {
  vi.stubGlobal("WebSocket", WebSocket);
  [opened, accepted] = [[], new Set()];
  server = createServer();
  sockets = new WebSocketServer({ server });
  useServer(
    {
      schema: buildSchema("type Query { a: Int } type Subscription { b: Int }"),
      roots: {
        subscription: {
          async *b() {
            yield { b: 1 };
            await new Promise(() => {});
          },
        },
      },
      onConnect({ connectionParams }) {
        opened.push(connectionParams?.authorization);
        return accepted.has(connectionParams?.authorization);
      },
    },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const socket of sockets.clients) socket.terminate();
  server.close();
});

/** A page whose person signs in where the test says so. */
function open(first?: string) {
  let credential = first;
  const waiting: (() => void)[] = [];
  const refused: (string | undefined)[] = [];
  let [losses, received] = [0, 0];
  const { port } = server.address() as AddressInfo;
  const client = openSocket(`ws://127.0.0.1:${port}`, {
    access: {
      authorization: async () => credential,
      another(one) {
        refused.push(one);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
    },
    onLost: () => losses++,
  });
  const end = client.subscribe(
    { query: "subscription { b }" },
    { next: () => received++, error() {}, complete() {} },
  );
  return {
    refused,
    losses: () => losses,
    received: () => received,
    end,
    signIn(next: string) {
      credential = next;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

test("a connection has the credential of its moment", async () => {
  accepted.add("Bearer a");
  const { received, end } = open("Bearer a");
  await expect.poll(received).toBe(1);
  expect(opened).toEqual(["Bearer a"]);
  end();
});

test("a credential that is refused is waited for, not tried again, and nothing is called lost", async () => {
  accepted.add("Bearer b");
  const { received, refused, losses, signIn, end } = open();
  await expect.poll(() => refused).toEqual([undefined]);
  signIn("Bearer b");
  await expect.poll(received).toBe(1);
  expect(opened).toEqual([undefined, "Bearer b"]);
  expect(losses()).toBe(0);
  end();
});

test("a connection that is closed as its roles changed goes on with the same credential", async () => {
  accepted.add("Bearer a");
  const { received, refused, losses, end } = open("Bearer a");
  await expect.poll(received).toBe(1);
  for (const socket of sockets.clients) socket.close(4403, "the roles have changed");
  await expect.poll(received).toBe(2);
  expect(opened).toEqual(["Bearer a", "Bearer a"]);
  expect(refused).toEqual([]);
  expect(losses()).toBe(0);
  end();
});

test("a connection that is closed as its credential expires goes on with the next one", async () => {
  accepted.add("Bearer a").add("Bearer b");
  const { received, refused, signIn, losses, end } = open("Bearer a");
  await expect.poll(received).toBe(1);
  accepted.delete("Bearer a");
  for (const socket of sockets.clients) socket.close(4403, "the token expired");
  await expect.poll(() => refused).toEqual(["Bearer a"]);
  signIn("Bearer b");
  await expect.poll(received).toBe(2);
  expect(opened).toEqual(["Bearer a", "Bearer a", "Bearer b"]);
  expect(losses()).toBe(0);
  end();
});
