// Requests that their clients named: a repeated request gets the first answer.
import { asAccepted } from "../../domain/dispatch/dispatch.ts";
import type { DispatchRefusal } from "../../domain/dispatch/request.ts";
import type { DispatchStore, NamedRequest } from "../../domain/ports/dispatch-store.ts";
import type { Answer, Refused } from "./decide.ts";

export interface Idempotency {
  /**
   * Submits a request the first time, and gives the answer of that time later.
   *
   * @param kind   What is requested: requests of two kinds are never the same.
   * @param submit Decides the request, and stores it under its name, where it has one.
   */
  once(
    kind: string,
    request: { readonly requestId?: string | undefined },
    submit: (named: NamedRequest | undefined) => Promise<Answer>,
  ): Promise<Answer>;
}

/**
 * @param keepCount Answers that are retained in memory; beyond that, accepted ones are read from the store.
 * @param refuse    The answer to a request whose name another one had.
 */
export function createIdempotency(
  store: DispatchStore,
  keepCount: number,
  refuse: (refusal: DispatchRefusal, about: object) => Refused,
): Idempotency {
  const known = new Map<string, { readonly text: string; readonly answer: Promise<Answer> }>();

  function remember({ id, text }: NamedRequest, answer: Promise<Answer>): void {
    known.set(id, { text, answer });
    // Whether a failed request was stored is unknown: the store is read the next time.
    answer.catch(() => known.delete(id));
    const oldest = known.size > keepCount ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  }

  /** The answer of the store to a request that is not in memory, or that of its first time. */
  async function firstAnswer(
    named: NamedRequest,
    submit: (named: NamedRequest) => Promise<Answer>,
  ): Promise<Answer> {
    const stored = await store.request(named.id);
    if (stored === undefined) return submit(named);
    if (stored.text === named.text)
      return { accepted: true, dispatches: stored.dispatches.map(asAccepted), scheduleOf: null };
    known.delete(named.id);
    return reused(named);
  }

  const reused = ({ id }: NamedRequest) => refuse(requestIdReused(id), { requestId: id });

  return {
    once(kind, request, submit) {
      if (request.requestId === undefined) return submit(undefined);
      const named = { id: request.requestId, text: textOf(kind, request) };
      const before = known.get(named.id);
      if (before?.text === named.text) return before.answer;
      if (before !== undefined) return Promise.resolve(reused(named));
      const answer = firstAnswer(named, submit);
      remember(named, answer);
      return answer;
    },
  };
}

/** A request as text, the same for the same request: its fields in order, without its id and fields left out. */
function textOf(kind: string, { requestId: _, ...request }: { readonly requestId?: unknown }) {
  const fields = Object.entries(request).filter(([, value]) => value !== undefined);
  return JSON.stringify([kind, fields.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function requestIdReused(id: string): DispatchRefusal {
  return {
    code: "REQUEST_ID_REUSED",
    message: `the request id ${id} was used for another request: take a new one for each request, and the same one only to repeat it`,
    field: "requestId",
  };
}
