// One operation by each transport, and what came of it in the same words.
import { WebSocket } from "ws";

export interface GraphRequest {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

/** The answer of a client: the data, or the first error. */
export interface Outcome {
  readonly data?: unknown;
  readonly code?: string;
  readonly message?: string;
  /** Text that the answer must not contain. */
  readonly internal?: object;
}

interface Extensions {
  readonly code: string;
  readonly argument?: string;
  readonly requestId?: string;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; extensions: Extensions }[];
}

/** @param authorization The header, or the field of `connection_init`. */
type Transport = (url: string, call: GraphRequest, authorization?: string) => Promise<Outcome>;

const headerOf = (authorization?: string) => (authorization === undefined ? {} : { authorization });

const JSON_TYPE = { "content-type": "application/json" };

function outcomeOf({ data, errors: [error] = [] }: Result): Outcome {
  if (error === undefined) return { data };
  const { code, argument: _, requestId: __, ...internal } = error.extensions;
  return { code, message: error.message, ...(Object.keys(internal).length > 0 && { internal }) };
}

export const overHttp: Transport = async (url, call, authorization) => {
  const headers = { ...JSON_TYPE, ...headerOf(authorization) };
  const init = { method: "POST", headers, body: JSON.stringify(call) };
  return outcomeOfHttp(await fetch(`${url}/graphql`, init));
};

export async function outcomeOfHttp(answer: Response): Promise<Outcome> {
  return outcomeOf((await answer.json()) as Result);
}

export const overEvents: Transport = async (url, call, authorization) => {
  const headers = { ...JSON_TYPE, ...headerOf(authorization), accept: "text/event-stream" };
  const init = { method: "POST", headers, body: JSON.stringify(call) };
  return outcomeOfEvents(await fetch(`${url}/graphql`, init));
};

/** Reads as far as the first event of a stream, or the problem in its place. */
export async function outcomeOfEvents(answer: Response): Promise<Outcome> {
  if (answer.headers.get("content-type") === "application/problem+json") {
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    return { code, message: detail };
  }
  const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = "";
  for (;;) {
    const [, data] = /^event: next\ndata: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) {
      await reader.cancel();
      return outcomeOf(JSON.parse(data));
    }
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended: ${text}`);
    text += new TextDecoder().decode(value);
  }
}

export const overWebSocket: Transport = async (url, call, authorization) => {
  const line = await openLine(url);
  line.send({ type: "connection_init", payload: headerOf(authorization) });
  await line.next();
  line.send({ id: "1", type: "subscribe", payload: call });
  const { type, payload } = await line.next();
  line.socket.close();
  return outcomeOf(
    type === "error" ? { errors: payload as Result["errors"] & object } : (payload as Result),
  );
};

export const TRANSPORTS = [
  ["HTTP", overHttp],
  ["WebSocket", overWebSocket],
  ["server-sent events", overEvents],
] as const;

export interface Line {
  readonly socket: WebSocket;
  /** The code with which it was closed. */
  readonly closed: Promise<number>;
  send(message: object): void;
  next(): Promise<{ id?: string; type: string; payload?: unknown }>;
}

/** A WebSocket whose protocol is spoken by hand. */
export async function openLine(url: string, headers: Record<string, string> = {}): Promise<Line> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    headers,
  });
  const inbox: Awaited<ReturnType<Line["next"]>>[] = [];
  const readers: ((message: (typeof inbox)[0]) => void)[] = [];
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    const reader = readers.shift();
    if (reader) reader(message);
    else inbox.push(message);
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    socket,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    next: () => {
      const message = inbox.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => readers.push(resolve));
    },
  };
}
