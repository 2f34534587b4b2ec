// The traces of requests for dispatches: a span until they are decided, one for their commit, and those that the next tick
// begins.
import type { RefusalCode } from "../../domain/base/codes.ts";
import type { DispatchEvent } from "../../domain/dispatch/dispatch.ts";
import { isOpen } from "../../domain/dispatch/status.ts";
import {
  NO_TRACING,
  type Span,
  type SpanContext,
  type Tracing,
} from "../../domain/ports/tracing.ts";
import type { Accepted } from "./decide.ts";

/** Requests that a client sent together: they have one trace. */
export interface RequestTrace {
  /** Notes the decision on one of them. */
  decided(outcome: "accepted" | RefusalCode): void;
  failed(error: unknown): void;
  /** Starts the span of a commit of some of them. */
  commit(dispatches: number, first: SpanContext | undefined): Span;
}

export interface DispatchTraces {
  /** Begins the trace of a request. @param together Stands for those that came with it; left out: it came alone. */
  begin(together?: object): RequestTrace;
  /** Does work for all requests, whichever of them causes it. */
  forAll(work: () => void): void;
  /** Starts the commit of what was accepted: work under it is of the first request. */
  commit(answers: readonly (readonly [RequestTrace, Accepted])[]): Pick<Span, "run" | "end">;
  /** Notes that a dispatch came to another status. */
  note(event: DispatchEvent): void;
  /** The commits of dispatches that came in force since the last call. */
  begun(): readonly SpanContext[];
}

/** Dispatches that wait for their begin, of which the trace is known; the oldest are forgotten. */
const MOST_WAITING = 10_000;
/** Links that a span may have. */
const MOST_LINKS = 128;

export const NO_REQUEST_TRACE: RequestTrace = {
  decided() {},
  failed() {},
  commit: () => NO_TRACING.start(""),
};

const NO_TRACES: DispatchTraces = {
  begin: () => NO_REQUEST_TRACE,
  forAll: (work) => work(),
  commit: () => NO_TRACING.start(""),
  note() {},
  begun: () => [],
};

export function createDispatchTraces(tracing: Tracing): DispatchTraces {
  if (!tracing.isOn) return NO_TRACES;
  const together = new WeakMap<object, RequestTrace & { expect(): void }>();
  const committed = new Map<string, SpanContext>();
  let begun = new Set<SpanContext>();

  function remember(id: string, { isRecorded, context }: Span): void {
    if (!isRecorded || context === undefined) return;
    committed.set(id, context);
    if (committed.size <= MOST_WAITING) return;
    const [oldest = id] = committed.keys();
    committed.delete(oldest);
  }

  return {
    begin(given) {
      const known = given && together.get(given);
      const trace = known ?? createRequestTrace(tracing);
      if (given && known === undefined) together.set(given, trace);
      trace.expect();
      return trace;
    },
    forAll: (work) => tracing.within(undefined, work),
    commit(answers) {
      const ids = new Map<RequestTrace, string[]>();
      for (const [trace, { dispatches }] of answers) {
        const own = ids.get(trace) ?? [];
        ids.set(trace, own);
        for (const { id } of dispatches) own.push(id);
      }
      const spans: Span[] = [];
      for (const [trace, own] of ids) {
        const span = trace.commit(own.length, spans[0]?.context);
        spans.push(span);
        for (const id of own) remember(id, span);
      }
      const [first = NO_TRACING.start("")] = spans;
      return {
        run: first.run,
        end(error) {
          for (const span of spans) span.end(error);
          if (error === undefined) return;
          for (const id of [...ids.values()].flat()) committed.delete(id);
        },
      };
    },
    note({ dispatchId, from, to }) {
      const context = committed.get(dispatchId);
      if (context === undefined || from === to) return;
      if (to === "active" && begun.size < MOST_LINKS) begun.add(context);
      if (to === "active" || !isOpen({ status: to })) committed.delete(dispatchId);
    },
    begun() {
      const contexts = [...begun];
      begun = new Set();
      return contexts;
    },
  };
}

/** The trace of one request, or of several that came together: the span of the decision ends with the last of them. */
function createRequestTrace(tracing: Tracing): RequestTrace & { expect(): void } {
  const parent = tracing.active();
  const outcomes = new Map<string, number>();
  let waiting = 0;
  let span: Span | undefined;

  function end(error?: unknown): void {
    waiting--;
    if (waiting > 0 || span === undefined) return;
    const [first = "failed", ...others] = outcomes.keys();
    const outcome = others.length === 0 ? first : "several";
    span.set({ "mando.dispatch.outcome": outcome, "mando.requests": countOf(outcomes) });
    span.end(error);
    span = undefined;
  }

  return {
    expect() {
      waiting++;
      span ??= tracing.start("dispatch decide", { parent: parent ?? null });
    },
    decided(outcome) {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      end();
    },
    failed: end,
    commit: (dispatches, first) =>
      tracing.start("dispatch commit", {
        parent: parent ?? null,
        attributes: { "mando.dispatches": dispatches },
        links: first ? [first] : [],
      }),
  };
}

function countOf(outcomes: ReadonlyMap<string, number>): number {
  return [...outcomes.values()].reduce((sum, count) => sum + count, 0);
}
