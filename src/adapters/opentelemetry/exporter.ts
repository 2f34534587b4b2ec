// The exporter of spans: encodes a batch, sends it, tries again for a while, and reports when that begins and ends to fail.
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { createGrpcSender } from "./grpc-sender.ts";
import { createHttpSender } from "./http-sender.ts";
import { requestInJson } from "./message.ts";
import { createRequestEncoder } from "./protobuf.ts";
import type { Sender, Sent } from "./sender.ts";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5000;
const compressed = promisify(gzip);

export interface ExportOptions {
  readonly endpoint: URL;
  readonly protocol: "http/protobuf" | "http/json" | "grpc";
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: "none" | "gzip";
  /** How long a batch may take to send, in ms, with what is tried again. */
  readonly timeoutMs: number;
  /** Is called when a batch fails after one that did not, and without a reason when one is sent again. */
  readonly onChanged: (failure: string | undefined) => void;
}

export interface Exporter extends SpanExporter {
  /** Whether the last batch could not be sent. */
  isFailing(): boolean;
  /** From now on nothing is tried again. */
  hurry(): void;
}

export function createExporter(options: ExportOptions): Exporter {
  const { protocol, compression, timeoutMs, onChanged } = options;
  const sender = senderOf(options);
  const encode = createRequestEncoder();
  const hurried = new AbortController();
  let isFailing = false;

  async function bodyOf(spans: readonly ReadableSpan[]): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = protocol === "http/json" ? Buffer.from(requestInJson(spans)) : encode(spans);
    return compression === "gzip" ? compressed(bytes) : bytes;
  }

  async function send(spans: readonly ReadableSpan[]): Promise<Sent> {
    const untilMs = performance.now() + timeoutMs;
    const body = await bodyOf(spans);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const leftMs = Math.max(1, Math.ceil(untilMs - performance.now()));
      const sent = await sender.send(body, AbortSignal.timeout(leftMs));
      if (sent.isSent || !sent.isRetryable || hurried.signal.aborted) return sent;
      report(sent.reason);
      const waitMs = Math.max(pauseMs, sent.retryAfterMs ?? 0);
      if (performance.now() + waitMs >= untilMs) return sent;
      await sleep(waitMs, undefined, { ref: false, signal: hurried.signal }).catch(() => {});
    }
  }

  function report(failure: string | undefined): void {
    const fails = failure !== undefined;
    if (fails === isFailing) return;
    isFailing = fails;
    onChanged(failure);
  }

  async function exported(spans: readonly ReadableSpan[]): Promise<ExportResult> {
    const sent = await send(spans);
    report(sent.isSent ? undefined : sent.reason);
    if (sent.isSent) return { code: ExportResultCode.SUCCESS };
    return { code: ExportResultCode.FAILED, error: new Error(sent.reason) };
  }

  return {
    export(spans, done) {
      exported(spans).then(done, (error) => done({ code: ExportResultCode.FAILED, error }));
    },
    isFailing: () => isFailing,
    hurry: () => hurried.abort(),
    async shutdown() {
      sender.close();
    },
  };
}

function senderOf({ endpoint, protocol, headers, compression }: ExportOptions): Sender {
  if (protocol === "grpc") return createGrpcSender(endpoint, headers, compression === "gzip");
  return createHttpSender(endpoint, {
    ...headers,
    "content-type": protocol === "http/json" ? "application/json" : "application/x-protobuf",
    ...(compression === "gzip" && { "content-encoding": "gzip" }),
  });
}
