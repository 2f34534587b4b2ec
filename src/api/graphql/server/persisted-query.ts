// Persisted queries as Apollo's clients send them: a hash in the place of a text. None is kept here, which clients learn
// from exactly this answer, and send the whole text from then on.
import { type Problem, problem } from "../../transport/problem.ts";

/** The message that clients look for. */
const MESSAGE = "PersistedQueryNotSupported";

/** Refuses a hash that came without its text; undefined for all else. */
export function refusePersistedQuery(given: unknown): Problem | undefined {
  const { query, extensions } = (given ?? {}) as Partial<Record<string, unknown>>;
  const isPersisted = (extensions as { persistedQuery?: unknown } | null)?.persistedQuery != null;
  return isPersisted && !query ? problem("PERSISTED_QUERY_NOT_SUPPORTED", MESSAGE) : undefined;
}
