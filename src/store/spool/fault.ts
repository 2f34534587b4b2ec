// A fault of a spool.
import { folderFailure } from "../../domain/base/folder-failure.ts";

/** A failure of the disk at a spool. */
export class SpoolFault extends Error {
  /** The system's own code, such as `ENOSPC`; or `RECORD_TOO_LARGE`, `SPOOL_CLOSED`. */
  readonly code: string;
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = "SpoolFault";
    this.code = code;
    this.retryable = retryable;
  }

  /** An error of the file system as a fault of the spool; any other error as it is. */
  static of(error: unknown, directory: string): unknown {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof SpoolFault) return error;
    const reason = folderFailure(error);
    return new SpoolFault(code, `the spool in ${directory} cannot be used: ${reason}`, true, error);
  }
}
