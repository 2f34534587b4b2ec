// Sends spans over HTTP.
import type { Sender, Sent } from "./sender.ts";
import { unreachable } from "./sender.ts";

/** Statuses after which the same request may succeed, by the specification of OTLP. */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** @param headers Those of every request: what the body is, and what the operator wants to be sent. */
export function createHttpSender(url: URL, headers: Readonly<Record<string, string>>): Sender {
  const closed = new AbortController();
  return {
    async send(body, given) {
      const signal = AbortSignal.any([given, closed.signal]);
      try {
        // A redirect would send the headers to another server.
        const init = { method: "POST", body, headers, signal, redirect: "error" } as const;
        const response = await fetch(url, init);
        await response.arrayBuffer();
        return sentBy(response);
      } catch (error) {
        return unreachable(error);
      }
    },
    close: () => closed.abort(),
  };
}

function sentBy({ ok, status, headers }: Response): Sent {
  if (ok) return { isSent: true };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return {
    isSent: false,
    reason: `status ${status}`,
    isRetryable: RETRYABLE.has(status),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  };
}
