// NUL, which no text of PostgreSQL has: a query with one fails, and nothing that is stored equals it.

export function hasNul(text: unknown): boolean {
  return typeof text === "string" && text.includes("\0");
}
