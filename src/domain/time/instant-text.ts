// Instants in messages.

/** An instant in UTC, to the second that it falls in or the next one. */
export function utcText(ms: number): string {
  return `${new Date(Math.ceil(ms / 1000) * 1000).toISOString().slice(0, -5)}Z`;
}
