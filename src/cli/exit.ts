// The exit codes of the commands.

/** Something outside failed. */
export const EXIT_FAULT = 1;
/** The request is refused. */
export const EXIT_REFUSED = 2;

/** Ends the process with the reason in one line. */
export function fail(message: string, code: number): never {
  process.stderr.write(`mando: ${message}\n`);
  process.exit(code);
}

/** The message of an error, with the reason why a database is unavailable. */
export function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  // A cause that only repeats that the database is unavailable adds nothing.
  const isReason =
    cause instanceof Error && !("code" in cause && cause.code === "STORE_UNAVAILABLE");
  const reason = isReason && !message.includes(cause.message) ? cause.message : "";
  return reason === "" ? message : `${message}: ${reason}`;
}
