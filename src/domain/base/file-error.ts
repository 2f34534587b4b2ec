/** An error of a file, with its place; line and column count from 1. */
export interface FileError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for each error, in the form of compilers; begins with the end of a line. */
export function errorLines(path: string, errors: readonly FileError[]): string {
  return errors
    .map(({ line, column, message }) => `\n  ${path}:${line}:${column} ${message}`)
    .join("");
}
