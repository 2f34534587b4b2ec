// A fault, the error of something outside.
import type { FaultCode } from "./codes.ts";

/** A failure of something outside. Thrown at the edges; clients get the code, the log gets the cause. */
export class Fault extends Error {
  readonly code: FaultCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  constructor(code: FaultCode, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
  }
}
