// Spans as a collector receives them, in protobuf or JSON, by the messages of opentelemetry-proto.
import type { Json } from "./json.ts";
import { type Fields, fieldsOf, hexIn, messagesIn, textIn, wholeIn } from "./protobuf-fields.ts";

export type Values = Readonly<Record<string, string | number | boolean>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it has none. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Values;
  /** Ids of the spans that it refers to. */
  readonly links: readonly string[];
  /** 0 unset, 2 error. */
  readonly status: number;
  readonly resource: Values;
}

export function spansInProtobuf(body: Buffer): ReceivedSpan[] {
  return messagesIn(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const [resource] = messagesIn(resourceSpans, 1);
    const values = resource ? valuesIn(resource, 1) : {};
    return messagesIn(resourceSpans, 2)
      .flatMap((scopeSpans) => messagesIn(scopeSpans, 2))
      .map((span) => ({ ...spanIn(span), resource: values }));
  });
}

function spanIn(span: Fields): Omit<ReceivedSpan, "resource"> {
  const [status] = messagesIn(span, 15);
  return {
    traceId: hexIn(span, 1),
    spanId: hexIn(span, 2),
    traceState: textIn(span, 3),
    parentSpanId: hexIn(span, 4),
    name: textIn(span, 5),
    kind: Number(wholeIn(span, 6)),
    startNs: wholeIn(span, 7),
    endNs: wholeIn(span, 8),
    attributes: valuesIn(span, 9),
    links: messagesIn(span, 13).map((link) => hexIn(link, 2)),
    status: status ? Number(wholeIn(status, 3)) : 0,
  };
}

function valuesIn(fields: Fields, number: number): Values {
  return Object.fromEntries(
    messagesIn(fields, number).map((pair) => {
      const [value] = messagesIn(pair, 2);
      return [textIn(pair, 1), value ? valueIn(value) : ""];
    }),
  );
}

function valueIn(value: Fields): string | number | boolean {
  if (value.has(1)) return textIn(value, 1);
  if (value.has(2)) return wholeIn(value, 2) === 1n;
  if (value.has(3)) return Number(wholeIn(value, 3));
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(wholeIn(value, 4));
  return bytes.readDoubleLE();
}

export function spansInJson(body: Buffer): ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(String(body)) as { resourceSpans: Json[] };
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }: Json) =>
      spans.map((span: Json) => ({
        ...span,
        parentSpanId: span.parentSpanId ?? "",
        traceState: span.traceState ?? "",
        startNs: BigInt(span.startTimeUnixNano),
        endNs: BigInt(span.endTimeUnixNano),
        attributes: valuesOf(span.attributes),
        links: span.links.map(({ spanId }: Json) => spanId),
        status: span.status.code ?? 0,
        resource: valuesOf(resource.attributes),
      })),
    ),
  );
}

function valuesOf(attributes: readonly Json[]): Values {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const { stringValue, boolValue, intValue, doubleValue } = value;
      return [key, stringValue ?? boolValue ?? (intValue ? Number(intValue) : doubleValue)];
    }),
  );
}
