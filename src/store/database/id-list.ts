/** How many ids a message names. */
const NAMED = 10;

/** Ids as a message names them: the first of them, and how many more there are. */
export function idList(ids: readonly string[]): string {
  const more = ids.length - NAMED;
  return ids.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
