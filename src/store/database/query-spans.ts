// The spans of queries: named by what is done to which table. No text of a query and no value is in them.
import {
  NO_TRACING,
  type SpanAttributes,
  type Tracing,
  traced,
} from "../../domain/ports/tracing.ts";

/** A query in short: its operation and its table. */
export type QuerySummary = `${"SELECT" | "INSERT" | "UPDATE" | "DELETE"} ${string}`;

type Calls<S> = {
  readonly [Name in keyof S as S[Name] extends (...given: never[]) => Promise<unknown>
    ? Name
    : never]?: QuerySummary;
};

export interface QuerySpans {
  /** Names the server. */
  connect(url: string): void;
  /** Does a query under a span of its own. */
  query<T>(summary: QuerySummary, work: () => Promise<T>): Promise<T>;
  /** The same store, with a span for each of these calls. */
  around<S extends object>(store: S, calls: Calls<S>): S;
}

const NO_QUERY_SPANS: QuerySpans = {
  connect() {},
  query: (_, work) => work(),
  around: (store) => store,
};

export function createQuerySpans(tracing: Tracing = NO_TRACING): QuerySpans {
  if (!tracing.isOn) return NO_QUERY_SPANS;
  let server: SpanAttributes = {};

  function query<T>(summary: QuerySummary, work: () => Promise<T>): Promise<T> {
    const [operation = "", table = ""] = summary.split(" ");
    const attributes = {
      ...server,
      "db.system.name": "postgresql",
      "db.operation.name": operation,
      "db.collection.name": table,
      "db.query.summary": summary,
    };
    return traced(tracing.start(summary, { kind: "client", attributes }), work);
  }

  return {
    connect(url) {
      server = placeOf(new URL(url));
    },
    query,
    around(store, calls) {
      const around = { ...store };
      for (const name of Object.keys(calls) as (keyof typeof store & keyof typeof calls)[]) {
        const call = store[name] as (...given: unknown[]) => Promise<unknown>;
        const summary = calls[name] as QuerySummary;
        Object.assign(around, {
          [name]: (...given: unknown[]) => query(summary, () => call(...given)),
        });
      }
      return around;
    },
  };
}

/** Where a database is: its host, or the folder of its socket. */
function placeOf({ hostname, port, pathname }: URL): SpanAttributes {
  return {
    "server.address": decodeURIComponent(hostname),
    "server.port": Number(port || 5432),
    "db.namespace": decodeURIComponent(pathname.slice(1)),
  };
}
