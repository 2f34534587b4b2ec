// The error of the embedded PostgreSQL.

/** The reason why there is no server. The message is one line with the remedy. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
}

/** The error where no server can run at all: its line ends with the way to run without a database. */
export function cannotRun(reason: string, cause?: unknown): EmbeddedPostgresError {
  const line = reason.replace(/\s+/g, " ").replace(/[.;\s]+$/, "");
  return new EmbeddedPostgresError(`${line}; or run without a database: npm run start:memory`, {
    cause,
  });
}

const COMPLAINT = /^.*?(?:error|ERROR|FATAL|PANIC):\s+/;

/** The cause in the output of a program: its first error, in plain words where there is a remedy. */
export function reasonOf(output: string): string {
  if (/No space left|free disk space/.test(output)) return "the disk is full: free 100 MB";
  if (output.includes("could not look up effective user ID"))
    return "its user has no name on this system: give it a line in /etc/passwd";
  const lines = output.trim().split("\n");
  const line = lines.find((line) => COMPLAINT.test(line)) ?? lines.at(-1) ?? "";
  return line.replace(COMPLAINT, "");
}

/** The SQLSTATE of the server's error, or the code of the operating system's or the driver's. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code ?? "");
}
