// How a command ends.

/** Something outside failed. */
export const EXIT_FAULT = 1;
/** What was asked for is refused. */
export const EXIT_REFUSED = 2;

/** Ends the process with one line that says why. */
export function fail(message: string, code: number): never {
  process.stderr.write(`mando: ${message}\n`);
  process.exit(code);
}
