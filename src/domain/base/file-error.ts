/** An error of a file, with where it stands; line and column count from 1. */
export interface FileError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for each, as editors and terminals know them; begins with the end of a line. */
export function errorLines(path: string, errors: readonly FileError[]): string {
  return errors
    .map(({ line, column, message }) => `\n  ${path}:${line}:${column} ${message}`)
    .join("");
}
