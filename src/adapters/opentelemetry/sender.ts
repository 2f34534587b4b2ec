// How encoded spans reach the collector, whichever the protocol.

/** What became of a request. Reasons are texts for the log, without a header or a path. */
export type Sent =
  | { readonly isSent: true }
  | {
      readonly isSent: false;
      readonly reason: string;
      /** Whether the same request may succeed later. */
      readonly isRetryable: boolean;
      /** When the collector wants it again, in ms; left out: it does not say. */
      readonly retryAfterMs?: number | undefined;
    };

export interface Sender {
  /** Never rejects. @param signal Ends the attempt. */
  send(body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Sent>;
  /** Closes the connection. */
  close(): void;
}

/** The request was sent, and not answered, or could not be sent. */
export function unreachable(error: unknown): Sent {
  const { name, cause } = error as Error;
  const { code } = (cause ?? error) as NodeJS.ErrnoException;
  const isLate = name === "TimeoutError" || name === "AbortError";
  const reason = isLate ? "no answer in time" : (code ?? "the connection failed");
  return { isSent: false, reason, isRetryable: true };
}
