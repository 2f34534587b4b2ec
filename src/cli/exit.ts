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
