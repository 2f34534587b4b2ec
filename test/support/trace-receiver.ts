// A collector of traces for tests: it receives OTLP over HTTP and over gRPC, and may refuse or say nothing.
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { type ReceivedSpan, spansInJson, spansInProtobuf } from "./received-spans.ts";

const EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes of the body as they came. */
  readonly bytes: Buffer;
}

export interface TraceReceiver {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly deliveries: readonly Delivery[];
  readonly spans: readonly ReceivedSpan[];
  /** The status of HTTP, or of gRPC, with which it answers from now on; undefined: it does not answer. */
  answer: { readonly http: number; readonly grpc: number } | undefined;
  /** The first span with this name that is received, of these values, waited for. */
  find(name: string, values?: object): Promise<ReceivedSpan>;
  close(): Promise<void>;
}

export async function startTraceReceiver(): Promise<TraceReceiver> {
  const deliveries: Delivery[] = [];
  const spans: ReceivedSpan[] = [];
  const sessions = new Set<ServerHttp2Session>();

  function receive(delivery: Delivery, message: Buffer): void {
    deliveries.push(delivery);
    const isJson = delivery.headers["content-type"] === "application/json";
    if (receiver.answer?.http === 200)
      spans.push(...(isJson ? spansInJson : spansInProtobuf)(message));
  }

  const http = createHttpServer(async (request, response) => {
    const bytes = await bodyOf(request);
    const { url: path = "", headers } = request;
    const isGzip = headers["content-encoding"] === "gzip";
    receive({ path, headers, bytes }, isGzip ? gunzipSync(bytes) : bytes);
    if (receiver.answer) response.writeHead(receiver.answer.http).end();
  });
  const grpc = createHttp2Server();
  grpc.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  grpc.on("stream", async (stream, headers) => {
    stream.on("error", () => {});
    const bytes = await bodyOf(stream);
    const message = bytes.subarray(5);
    expect(bytes.readUInt32BE(1)).toBe(message.length);
    const isGzip = bytes.readUInt8(0) === 1;
    expect(headers).toMatchObject({ ":path": EXPORT, te: "trailers" });
    expect(headers["grpc-encoding"]).toBe(isGzip ? "gzip" : undefined);
    receive({ path: EXPORT, headers, bytes }, isGzip ? gunzipSync(message) : message);
    const status = receiver.answer?.grpc;
    if (status === undefined) return;
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: true },
    );
    stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(status) }));
    // The answer is a message without fields.
    stream.end(status === 0 ? Buffer.alloc(5) : undefined);
  });
  await Promise.all([http, grpc].map((it) => once(it.listen(0, "127.0.0.1"), "listening")));

  const urlOf = (server: { address(): unknown }) =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: TraceReceiver = {
    ...{ httpUrl: urlOf(http), grpcUrl: urlOf(grpc), deliveries, spans },
    answer: { http: 200, grpc: 0 },
    async find(name, values = {}) {
      const matches = (span: ReceivedSpan) =>
        span.name === name &&
        Object.entries(values).every(([key, value]) => span.attributes[key] === value);
      await expect.poll(() => spans.some(matches), { timeout: 5000 }).toBe(true);
      return spans.find(matches) as ReceivedSpan;
    },
    async close() {
      for (const session of sessions) session.destroy();
      http.closeAllConnections();
      await Promise.all([http, grpc].map((it) => new Promise((resolve) => it.close(resolve))));
    },
  };
  return receiver;
}

async function bodyOf(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
