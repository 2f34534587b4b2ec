// Persisted queries of Apollo's clients: a hash in the place of a text. The server stores none. After exactly this refusal
// clients send the whole text.
import { type Problem, problem } from "../../transport/problem.ts";

/** The message that clients recognise. */
const MESSAGE = "PersistedQueryNotSupported";

/** Refuses a hash without its text; undefined for all else. */
export function refusePersistedQuery(given: unknown): Problem | undefined {
  const { query, extensions } = (given ?? {}) as Partial<Record<string, unknown>>;
  const isPersisted = (extensions as { persistedQuery?: unknown } | null)?.persistedQuery != null;
  return isPersisted && !query ? problem("PERSISTED_QUERY_NOT_SUPPORTED", MESSAGE) : undefined;
}
