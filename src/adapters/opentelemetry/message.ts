// Ended spans as a request of OTLP in JSON, and what both encodings share.
import { type SpanContext, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

export type Value = string | number | boolean;
type Attributes = ReadableSpan["attributes"];

/** Bits of the flags that say that a parent is known to be of this process, or of another one. */
const KNOWN_PARENT = 0x100;
const REMOTE_PARENT = 0x200;

/** @param spans At least one, all of one process. */
export function requestInJson(spans: readonly ReadableSpan[]): string {
  const [first] = spans;
  if (first === undefined) throw new Error("bug: a request without spans");
  const { resource, instrumentationScope } = first;
  const { name, version = "" } = instrumentationScope;
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: pairsOf(resource.attributes) },
        scopeSpans: [{ scope: { name, version }, spans: spans.map(messageOf) }],
      },
    ],
  });
}

function messageOf(span: ReadableSpan) {
  const { parentSpanContext: parent, droppedAttributesCount, droppedLinksCount, status } = span;
  const { traceId, spanId, traceState } = span.spanContext();
  return {
    ...{ traceId, spanId },
    ...(traceState && { traceState: traceState.serialize() }),
    ...(parent && { parentSpanId: parent.spanId }),
    name: span.name,
    // The first kind of OTLP is "unspecified".
    kind: span.kind + 1,
    startTimeUnixNano: String(nanosecondsOf(span.startTime)),
    endTimeUnixNano: String(nanosecondsOf(span.endTime)),
    attributes: pairsOf(span.attributes),
    droppedAttributesCount,
    links: span.links.map(({ context }) => ({
      ...{ traceId: context.traceId, spanId: context.spanId, flags: linkFlagsOf(context) },
    })),
    droppedLinksCount,
    status: status.code === SpanStatusCode.ERROR ? { code: status.code } : {},
    flags: flagsOf(span),
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

export function flagsOf(span: ReadableSpan): number {
  const { parentSpanContext: parent } = span;
  return span.spanContext().traceFlags | remoteFlags(parent?.isRemote);
}

export function linkFlagsOf({ traceFlags, isRemote }: SpanContext): number {
  return traceFlags | remoteFlags(isRemote);
}

function remoteFlags(isRemote: boolean | undefined): number {
  return KNOWN_PARENT | (isRemote ? REMOTE_PARENT : 0);
}

export function nanosecondsOf([seconds, nanoseconds]: ReadableSpan["startTime"]): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
}
