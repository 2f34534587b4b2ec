// Instants as texts of the database, also those that it cannot write as ISO 8601 does.

const FIRST_MS = Date.UTC(1000, 0);
const LAST_MS = Date.UTC(9999, 0);

/** Left out: after all others. */
export function instantText(atMs: number = Infinity): string {
  if (atMs > LAST_MS) return "infinity";
  return atMs < FIRST_MS ? "-infinity" : new Date(atMs).toISOString();
}
