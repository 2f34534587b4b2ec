// The requests of OTLP in protobuf.
//
// The exporters of OpenTelemetry bring metrics, logs and a second implementation of HTTP/2: 22 MB that an installation
// without traces has too. The messages are in github.com/open-telemetry/opentelemetry-proto, which is stable.
import { PbfWriter } from "pbf";
import type { ExportRequest } from "./message.ts";

type Scalar = "string" | "hex" | "bool" | "varint" | "fixed32" | "fixed64" | "double";
/** The number and the type of each field. */
interface Message {
  readonly [field: string]: readonly [number: number, type: Scalar | Message];
}

const ANY_VALUE: Message = {
  stringValue: [1, "string"],
  boolValue: [2, "bool"],
  intValue: [3, "varint"],
  doubleValue: [4, "double"],
};
const KEY_VALUE: Message = { key: [1, "string"], value: [2, ANY_VALUE] };
const LINK: Message = {
  traceId: [1, "hex"],
  spanId: [2, "hex"],
  attributes: [4, KEY_VALUE],
  flags: [6, "fixed32"],
};
const SPAN: Message = {
  traceId: [1, "hex"],
  spanId: [2, "hex"],
  traceState: [3, "string"],
  parentSpanId: [4, "hex"],
  name: [5, "string"],
  kind: [6, "varint"],
  startTimeUnixNano: [7, "fixed64"],
  endTimeUnixNano: [8, "fixed64"],
  attributes: [9, KEY_VALUE],
  droppedAttributesCount: [10, "varint"],
  droppedEventsCount: [12, "varint"],
  links: [13, LINK],
  droppedLinksCount: [14, "varint"],
  status: [15, { code: [3, "varint"] }],
  flags: [16, "fixed32"],
};
const SCOPE: Message = { name: [1, "string"], version: [2, "string"] };
const SCOPE_SPANS: Message = { scope: [1, SCOPE], spans: [2, SPAN] };
const RESOURCE: Message = { attributes: [1, KEY_VALUE] };
const RESOURCE_SPANS: Message = { resource: [1, RESOURCE], scopeSpans: [2, SCOPE_SPANS] };
const REQUEST: Message = { resourceSpans: [1, RESOURCE_SPANS] };

/** The type of a field of 8 bytes on the wire. */
const FIXED64 = 1;

export function encodeRequest(request: ExportRequest): Buffer<ArrayBuffer> {
  const writer = new PbfWriter();
  write(REQUEST, request, writer);
  return Buffer.from(writer.finish());
}

function write(message: Message, values: object, writer: PbfWriter): void {
  for (const [name, value] of Object.entries(values)) {
    const field = message[name];
    if (field === undefined) throw new Error(`bug: OTLP has no field ${name}`);
    for (const one of Array.isArray(value) ? value : [value]) writeField(field, one, writer);
  }
}

function writeField([number, type]: Message[string], value: unknown, writer: PbfWriter): void {
  if (typeof type === "object")
    writer.writeMessage(number, (it: object, inner) => write(type, it, inner), value as object);
  else if (type === "fixed64") {
    // As one number it would lose digits.
    const whole = BigInt(value as string);
    writer.writeTag(number, FIXED64);
    writer.writeFixed32(Number(whole & 0xffff_ffffn));
    writer.writeFixed32(Number(whole >> 32n));
  } else if (type === "hex") writer.writeBytesField(number, Buffer.from(value as string, "hex"));
  else if (type === "string") writer.writeStringField(number, value as string);
  else if (type === "bool") writer.writeBooleanField(number, value as boolean);
  else if (type === "double") writer.writeDoubleField(number, value as number);
  else if (type === "fixed32") writer.writeFixed32Field(number, value as number);
  else writer.writeVarintField(number, Number(value));
}
