// Sends spans over gRPC: a unary call, which is one request of HTTP/2 with a frame of 5 bytes and a status in the trailers.
import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import type { Sender, Sent } from "./sender.ts";
import { unreachable } from "./sender.ts";

const PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/** Codes after which the same call may succeed, by the specification of OTLP. */
const RETRYABLE = new Map([
  [1, "CANCELLED"],
  [4, "DEADLINE_EXCEEDED"],
  [8, "RESOURCE_EXHAUSTED"],
  [10, "ABORTED"],
  [11, "OUT_OF_RANGE"],
  [14, "UNAVAILABLE"],
  [15, "DATA_LOSS"],
]);

type CallHeaders = IncomingHttpHeaders & Partial<IncomingHttpStatusHeader>;

/** @param isGzip Whether the bodies are compressed. */
export function createGrpcSender(
  { origin }: URL,
  headers: Readonly<Record<string, string>>,
  isGzip: boolean,
): Sender {
  let session: ClientHttp2Session | undefined;
  const call = {
    ...lowerCase(headers),
    ":method": "POST",
    ":path": PATH,
    "content-type": "application/grpc",
    te: "trailers",
    ...(isGzip && { "grpc-encoding": "gzip" }),
  };

  /** The connection, opened where there is none. It does not keep the process. */
  function connected(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const opened = connect(origin);
    opened.on("error", () => {});
    opened.unref();
    session = opened;
    return opened;
  }

  return {
    send: (body, signal) =>
      new Promise((resolve) => {
        const over = connected();
        const failed = (error: unknown) =>
          resolve(unreachable(signal.aborted ? signal.reason : error));
        over.once("error", failed);
        const stream = over.request(call, { signal });
        let last: CallHeaders = {};
        // A refusal without a message has its status in the headers.
        for (const name of ["response", "trailers"] as const)
          stream.on(name, (given: CallHeaders) => {
            last = { ...last, ...given };
          });
        stream.on("error", failed);
        stream.once("close", () => {
          over.off("error", failed);
          resolve(sentBy(last));
        });
        stream.resume();
        stream.end(framed(body, isGzip));
      }),
    close: () => session?.destroy(),
  };
}

function framed(body: Uint8Array, isGzip: boolean): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(isGzip ? 1 : 0);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

function sentBy(headers: CallHeaders): Sent {
  const { "grpc-status": given, ":status": status } = headers;
  const code = Number(given ?? Number.NaN);
  if (code === 0) return { isSent: true };
  if (!Number.isNaN(code)) {
    const reason = `gRPC status ${RETRYABLE.get(code) ?? code}`;
    return { isSent: false, reason, isRetryable: RETRYABLE.has(code) };
  }
  const reason = status === undefined ? "the connection ended" : `status ${status} without gRPC`;
  return { isSent: false, reason, isRetryable: status !== 404 && status !== 415 };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, it]) => [name.toLowerCase(), it]));
}
