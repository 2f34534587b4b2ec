// Ended spans as a request of OTLP in protobuf.
//
// The exporters of OpenTelemetry bring metrics, logs and a second implementation of HTTP/2: 22 MB that an installation
// without traces has too. The messages are those of github.com/open-telemetry/opentelemetry-proto, which are stable.
import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { PbfWriter } from "pbf";
import { flagsOf, linkFlagsOf, nanosecondsOf, type Value } from "./message.ts";

/** Most spans have the same few attributes: these are encoded once. */
const MOST_PAIRS = 1000;
/** The type of a field of 8 bytes on the wire. */
const FIXED64 = 1;

type Attributes = ReadableSpan["attributes"];

/** Encodes spans of one process; one at least. */
export type RequestEncoder = (spans: readonly ReadableSpan[]) => Buffer<ArrayBuffer>;

export function createRequestEncoder(): RequestEncoder {
  const pairs = new Map<string, Uint8Array>();

  function pairOf(key: string, value: Value): Uint8Array {
    const name = `${typeof value} ${key} ${value}`;
    const known = pairs.get(name);
    if (known !== undefined) return known;
    const writer = new PbfWriter();
    writer.writeStringField(1, key);
    writer.writeMessage(2, writeValue, value);
    const bytes = writer.finish();
    if (pairs.size >= MOST_PAIRS) pairs.clear();
    pairs.set(name, bytes);
    return bytes;
  }

  function writeAttributes(number: number, attributes: Attributes, writer: PbfWriter): void {
    // A message on the wire is its bytes.
    for (const key in attributes)
      writer.writeBytesField(number, pairOf(key, attributes[key] as Value));
  }

  function writeSpan(span: ReadableSpan, writer: PbfWriter): void {
    const { traceId, spanId, traceState } = span.spanContext();
    writer.writeBytesField(1, Buffer.from(traceId, "hex"));
    writer.writeBytesField(2, Buffer.from(spanId, "hex"));
    if (traceState) writer.writeStringField(3, traceState.serialize());
    const parentId = span.parentSpanContext?.spanId;
    if (parentId) writer.writeBytesField(4, Buffer.from(parentId, "hex"));
    writer.writeStringField(5, span.name);
    // The first kind of OTLP is "unspecified".
    writer.writeVarintField(6, span.kind + 1);
    writeTime(7, span.startTime, writer);
    writeTime(8, span.endTime, writer);
    writeAttributes(9, span.attributes, writer);
    if (span.droppedAttributesCount > 0) writer.writeVarintField(10, span.droppedAttributesCount);
    for (const { context } of span.links) writer.writeMessage(13, writeLink, context);
    if (span.droppedLinksCount > 0) writer.writeVarintField(14, span.droppedLinksCount);
    const { code } = span.status;
    if (code === SpanStatusCode.ERROR) writer.writeMessage(15, writeStatus, code);
    writer.writeFixed32Field(16, flagsOf(span));
  }

  function writeScopeSpans(spans: readonly ReadableSpan[], writer: PbfWriter): void {
    writer.writeMessage(1, writeScope, spans[0] as ReadableSpan);
    for (const span of spans) writer.writeMessage(2, writeSpan, span);
  }

  function writeResourceSpans(spans: readonly ReadableSpan[], writer: PbfWriter): void {
    const attributes = spans[0]?.resource.attributes ?? {};
    writer.writeMessage(1, (it: Attributes, own) => writeAttributes(1, it, own), attributes);
    writer.writeMessage(2, writeScopeSpans, spans);
  }

  return (spans) => {
    const writer = new PbfWriter();
    writer.writeMessage(1, writeResourceSpans, spans);
    return Buffer.from(writer.finish());
  };
}

function writeValue(value: Value, writer: PbfWriter): void {
  if (typeof value === "string") writer.writeStringField(1, value);
  else if (typeof value === "boolean") writer.writeBooleanField(2, value);
  else if (Number.isSafeInteger(value)) writer.writeVarintField(3, value);
  else writer.writeDoubleField(4, value);
}

function writeLink(context: ReadableSpan["links"][number]["context"], writer: PbfWriter): void {
  writer.writeBytesField(1, Buffer.from(context.traceId, "hex"));
  writer.writeBytesField(2, Buffer.from(context.spanId, "hex"));
  writer.writeFixed32Field(6, linkFlagsOf(context));
}

function writeStatus(code: SpanStatusCode, writer: PbfWriter): void {
  writer.writeVarintField(3, code);
}

function writeScope({ instrumentationScope }: ReadableSpan, writer: PbfWriter): void {
  writer.writeStringField(1, instrumentationScope.name);
  writer.writeStringField(2, instrumentationScope.version ?? "");
}

/** As one number it would lose digits. */
function writeTime(number: number, time: ReadableSpan["startTime"], writer: PbfWriter): void {
  const nanoseconds = nanosecondsOf(time);
  writer.writeTag(number, FIXED64);
  writer.writeFixed32(Number(nanoseconds & 0xffff_ffffn));
  writer.writeFixed32(Number(nanoseconds >> 32n));
}
