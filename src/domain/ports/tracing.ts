// The port of traces: spans of requests, ticks and writes, and which led to which.

/** Identifies a span in its trace. */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether it is the span of a client; left out: it is of this process. */
  readonly isRemote?: boolean;
}

/** Values of a span by name. No value is a secret, a header, a query string or a row. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** `server`: work for a client; `client`: a request to a server; left out: work of the process itself. */
  readonly kind?: "server" | "client";
  /** Left out: the span of the work under way. null: none, so that a trace begins. */
  readonly parent?: SpanContext | null | undefined;
  readonly attributes?: SpanAttributes;
  /** Spans of other traces that led to this one. */
  readonly links?: readonly SpanContext[];
}

export interface Span {
  readonly context: SpanContext | undefined;
  /** Whether it is recorded, so that others may refer to it. */
  readonly isRecorded: boolean;
  /** Adds or replaces values. */
  set(attributes: SpanAttributes): void;
  rename(name: string): void;
  /** Does work under this span: the spans that it starts are its children, and its log lines have the ids. */
  run<T>(work: () => T): T;
  /** Ends the span. @param error Why its work failed: its code or its class is recorded, and never its message. */
  end(error?: unknown): void;
}

export interface Tracing {
  /** Whether spans are recorded. */
  readonly isOn: boolean;
  start(name: string, options?: SpanOptions): Span;
  /** The span of the work under way. */
  active(): SpanContext | undefined;
  /** Does work under the span of a client, or under none where `parent` is undefined. */
  within<T>(parent: SpanContext | undefined, work: () => T): T;
  /** Does work without a span for it, or for anything in it. */
  muted<T>(work: () => T): T;
  /** The span that a client names in the form of W3C Trace Context; undefined where it names none. */
  remote(traceparent: unknown, tracestate: unknown): SpanContext | undefined;
}

const NO_SPAN: Span = {
  context: undefined,
  isRecorded: false,
  set() {},
  rename() {},
  run: (work) => work(),
  end() {},
};

/** Traces that are off: nothing is recorded. */
export const NO_TRACING: Tracing = {
  isOn: false,
  start: () => NO_SPAN,
  active: () => undefined,
  within: (_, work) => work(),
  muted: (work) => work(),
  remote: () => undefined,
};

/** Does work that ends later under a new span, which ends with it. */
export async function traced<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    const result = await span.run(work);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
