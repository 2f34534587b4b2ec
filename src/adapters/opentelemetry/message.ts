// Ended spans as a request of OTLP, in the form of its JSON.
import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

type Value = string | number | boolean;
type Attributes = ReadableSpan["attributes"];
type Time = ReadableSpan["startTime"];

/** A request to export spans of one process. */
export type ExportRequest = ReturnType<typeof exportRequest>;

/** Bits of the flags that say that a parent is known to be of this process, or of another one. */
const KNOWN_PARENT = 0x100;
const REMOTE_PARENT = 0x200;

/** @param spans At least one, all of one process. */
export function exportRequest(spans: readonly ReadableSpan[]) {
  const [first] = spans;
  if (first === undefined) throw new Error("bug: a request without spans");
  const { resource, instrumentationScope } = first;
  const { name, version = "" } = instrumentationScope;
  return {
    resourceSpans: [
      {
        resource: { attributes: pairsOf(resource.attributes) },
        scopeSpans: [{ scope: { name, version }, spans: spans.map(messageOf) }],
      },
    ],
  };
}

function messageOf(span: ReadableSpan) {
  const { parentSpanContext: parent } = span;
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount, status } = span;
  const isError = status.code === SpanStatusCode.ERROR;
  return {
    ...{ traceId, spanId },
    ...(traceState && { traceState: traceState.serialize() }),
    ...(parent && { parentSpanId: parent.spanId }),
    name: span.name,
    // The first kind of OTLP is "unspecified".
    kind: span.kind + 1,
    startTimeUnixNano: nanosecondsOf(span.startTime),
    endTimeUnixNano: nanosecondsOf(span.endTime),
    attributes: pairsOf(span.attributes),
    ...(droppedAttributesCount > 0 && { droppedAttributesCount }),
    ...(droppedEventsCount > 0 && { droppedEventsCount }),
    links: span.links.map(({ context }) => ({
      ...{ traceId: context.traceId, spanId: context.spanId },
      attributes: [],
      flags: context.traceFlags | KNOWN_PARENT | (context.isRemote ? REMOTE_PARENT : 0),
    })),
    ...(droppedLinksCount > 0 && { droppedLinksCount }),
    status: isError ? { code: status.code } : {},
    flags: traceFlags | KNOWN_PARENT | (parent?.isRemote ? REMOTE_PARENT : 0),
  };
}

function pairsOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: anyValueOf(value as Value),
  }));
}

function anyValueOf(value: Value) {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  // Whole numbers of 64 bits are texts in the JSON of protobuf.
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function nanosecondsOf([seconds, nanoseconds]: Time): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
}
