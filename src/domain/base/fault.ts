import type { FaultCode } from "./codes.ts";

/** Something outside failed. Thrown at the edges; clients see the code, the log sees the cause. */
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
