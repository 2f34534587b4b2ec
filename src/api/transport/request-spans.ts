// The spans of requests: from the head of a request until its response is complete, or begins to stream.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Span, SpanContext, Tracing } from "../../domain/ports/tracing.ts";

/** Other methods count as one, as any text may be one. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const OTHER_METHOD = "_OTHER";

export interface RequestSpans {
  /** Handles a request under a span, which a client's own span may lead to. */
  handle(request: IncomingMessage, response: ServerResponse, work: () => void): void;
  /** Notes the path of the route of a request, as it was declared. */
  noteRoute(response: ServerResponse, path: string): void;
  /** Ends the span of a response that streams from now on: it may be open for months. */
  streams(response: ServerResponse): void;
}

/** @returns undefined where traces are off. */
export function createRequestSpans(tracing: Tracing): RequestSpans | undefined {
  if (!tracing.isOn) return undefined;
  const open = new WeakMap<ServerResponse, { readonly span: Span; readonly method: string }>();

  function end(response: ServerResponse): void {
    const span = open.get(response)?.span;
    open.delete(response);
    const { statusCode: status, headersSent } = response;
    if (headersSent) span?.set({ "http.response.status_code": status });
    const failed = status >= 500 ? String(status) : undefined;
    span?.end(headersSent ? failed : "client_disconnected");
  }

  return {
    handle(request, response, work) {
      const { headers } = request;
      const method = METHODS.has(request.method ?? "") ? `${request.method}` : OTHER_METHOD;
      const span = tracing.start(method === OTHER_METHOD ? "HTTP" : method, {
        kind: "server",
        parent: tracing.remote(headers.traceparent, headers.tracestate) ?? null,
        attributes: {
          "http.request.method": method,
          "url.scheme": "http",
          "url.path": pathOf(request),
          "network.protocol.version": request.httpVersion,
        },
      });
      open.set(response, { span, method });
      if (span.context)
        response.setHeader("traceresponse", headerOf(span.context, span.isRecorded));
      response.once("close", () => end(response));
      span.run(work);
    },
    noteRoute(response, path) {
      const it = open.get(response);
      const route = path.replaceAll(/:(\w+)/g, "{$1}");
      it?.span.set({ "http.route": route });
      it?.span.rename(`${it.method} ${route}`);
    },
    streams: end,
  };
}

/** The path without the query string, which may hold anything. */
function pathOf({ url = "" }: IncomingMessage): string {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  // A request of a proxy has a whole address.
  return path.startsWith("/") ? path : "/";
}

/** The span in the form of W3C Trace Context. */
function headerOf({ traceId, spanId }: SpanContext, isRecorded: boolean): string {
  return `00-${traceId}-${spanId}-0${isRecorded ? 1 : 0}`;
}
