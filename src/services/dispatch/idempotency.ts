// Requests that their clients named: asked again, they get the first answer.
import type { Dispatch } from "../../domain/dispatch/dispatch.ts";
import type { DispatchRefusal } from "../../domain/dispatch/request.ts";
import type { DispatchStore, NamedRequest } from "../../domain/ports/dispatch-store.ts";

export interface Idempotency {
  /**
   * Runs the work of a request the first time, and gives the answer of that time later.
   *
   * @param work   Accepts or refuses.
   * @param answer The first answer, made of the dispatches that were accepted then; as they are now.
   * @param reused The answer to another request of the same id.
   */
  once<T>(
    request: NamedRequest,
    work: () => Promise<T>,
    answer: (dispatches: readonly Dispatch[]) => T,
    reused: (refusal: DispatchRefusal) => T,
  ): Promise<T>;
}

/** @param keepCount Answers that are kept in memory; beyond, the store knows those that were accepted. */
export function createIdempotency(store: DispatchStore, keepCount: number): Idempotency {
  const known = new Map<string, { readonly text: string; readonly answer: Promise<unknown> }>();

  function remember(request: NamedRequest, answer: Promise<unknown>): void {
    known.set(request.id, { text: request.text, answer });
    // Whether a failed request was kept is unknown: the store is asked the next time.
    answer.catch(() => known.delete(request.id));
    const oldest = known.size > keepCount ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  }

  return {
    async once(request, work, answer, reused) {
      type Answer = Awaited<ReturnType<typeof work>>;
      const before = known.get(request.id);
      if (before !== undefined) {
        if (before.text !== request.text) return reused(requestIdReused(request.id));
        return (await before.answer) as Answer;
      }
      const first = (async () => {
        const stored = await store.request(request.id);
        if (stored === undefined) return work();
        if (stored.text !== request.text) {
          known.delete(request.id);
          return reused(requestIdReused(request.id));
        }
        return answer(stored.dispatches);
      })();
      remember(request, first);
      return first;
    },
  };
}

function requestIdReused(id: string): DispatchRefusal {
  return {
    code: "REQUEST_ID_REUSED",
    message: `the request id ${id} was used for another request: take a new one for each request, and the same one only to repeat it`,
    field: "requestId",
  };
}
