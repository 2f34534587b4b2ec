// Traces by the SDK of OpenTelemetry. Loaded only where they are on.
//
// The line 2 of the SDK is the last one that runs on Node 20.
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type SpanContext as ApiContext,
  createNoopMeter,
  isSpanContextValid,
  type MeterProvider,
  ROOT_CONTEXT,
  type Span as SdkSpan,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { parseTraceParent, TraceState } from "@opentelemetry/core";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Span, SpanAttributes, Tracing } from "../../domain/ports/tracing.ts";
import { createExporter, type Exporter, type ExportOptions } from "./exporter.ts";
import { createRedaction } from "./redaction.ts";
import { type SamplerName, samplerOf } from "./sampler.ts";

/** The longest text in a span. */
const LONGEST_TEXT = 1024;
/** How long a stop waits for the spans that are not sent yet, in ms; and where the collector fails already. */
const FLUSH_MS = 2000;
const FAILING_FLUSH_MS = 200;

/** Stands for work that has no spans. */
const MUTED: ApiContext = { traceId: "", spanId: "", traceFlags: TraceFlags.NONE };

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

export interface OpenTelemetryOptions extends Omit<ExportOptions, "onChanged"> {
  readonly sampler: SamplerName;
  readonly sampledRatio: number;
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly delayMs: number;
  readonly queueCount: number;
  readonly batchCount: number;
  readonly exportMs: number;
  /** The version of the program. */
  readonly version: string;
  /** Values that no span may hold. */
  readonly secrets: readonly string[];
}

export interface TraceCounts {
  /** Spans that the collector has accepted. */
  readonly sent: number;
  /** Spans that had no room in the queue, or that the collector did not accept. */
  readonly dropped: number;
}

export interface OpenTelemetry extends Tracing {
  /** The fields of a log line that is written now. */
  logFields(): object;
  /** Calls when spans cannot be sent any more, with the reason, and without one when they are sent again. */
  onChanged(listener: (failure: string | undefined) => void): void;
  counts(): TraceCounts;
  /** Sends what is not sent yet, for at most 2 s. */
  stop(): Promise<void>;
}

export function createOpenTelemetry(options: OpenTelemetryOptions): OpenTelemetry {
  const { version, sampler, sampledRatio } = options;
  const counts = { sent: 0, dropped: 0 };
  let listener: (failure: string | undefined) => void = () => {};
  const exporter = createExporter({ ...options, onChanged: (failure) => listener(failure) });
  const processor = new BatchSpanProcessor({
    exporter,
    maxExportBatchSize: options.batchCount,
    maxQueueSize: options.queueCount,
    scheduledDelayMillis: options.delayMs,
    exportTimeoutMillis: options.exportMs,
    selfObsMeterProvider: countedBy(counts),
  });
  const own = {
    "service.name": options.serviceName,
    "service.version": version,
    "service.instance.id": randomUUID(),
  };
  const provider = new TracerProvider({
    sampler: samplerOf(sampler, sampledRatio),
    resource: defaultResource().merge(resourceFromAttributes({ ...own, ...options.resource })),
    spanProcessors: [processor],
    spanLimits: { attributeValueLengthLimit: LONGEST_TEXT },
  });
  const tracer = provider.getTracer("mando", version);
  const ambient = new AsyncLocalStorage<ApiContext | undefined>();
  let stopped: Promise<void> | undefined;
  const redaction = createRedaction(options.secrets);
  const unrecorded = trace.wrapSpanContext(MUTED);
  const mutedSpan = spanOf(unrecorded, (_, work) => work(), redaction.attributes);
  const within: Tracing["within"] = (parent, work) => ambient.run(parent as ApiContext, work);

  return {
    isOn: true,
    start(name, { kind, parent = ambient.getStore(), attributes = {}, links = [] } = {}) {
      if (ambient.getStore() === MUTED) return mutedSpan;
      const under = parent
        ? trace.setSpanContext(ROOT_CONTEXT, parent as ApiContext)
        : ROOT_CONTEXT;
      const span = tracer.startSpan(
        name,
        {
          kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind],
          attributes: redaction.attributes(attributes),
          links: (links as readonly ApiContext[]).filter(isSampled).map((context) => ({ context })),
        },
        under,
      );
      return spanOf(span, within, redaction.attributes);
    },
    active: () => shown(ambient.getStore()),
    within,
    muted: (work) => ambient.run(MUTED, work),
    remote(traceparent, tracestate) {
      if (typeof traceparent !== "string") return undefined;
      const context = parseTraceParent(traceparent);
      if (context === null || !isSpanContextValid(context)) return undefined;
      const isShown = typeof tracestate === "string" && !redaction.hasSecret(tracestate);
      const traceState = isShown ? { traceState: new TraceState(tracestate) } : {};
      const parent: ApiContext = { ...context, ...traceState, isRemote: true };
      return parent;
    },
    logFields() {
      const context = shown(ambient.getStore());
      return context ? { trace_id: context.traceId, span_id: context.spanId } : {};
    },
    onChanged(given) {
      listener = given;
    },
    counts: () => counts,
    stop() {
      stopped ??= stop(provider, exporter);
      return stopped;
    },
  };
}

async function stop(provider: TracerProvider, exporter: Exporter): Promise<void> {
  exporter.hurry();
  const mostMs = exporter.isFailing() ? FAILING_FLUSH_MS : FLUSH_MS;
  const ended = new AbortController();
  const late = sleep(mostMs, undefined, { signal: ended.signal }).catch(() => {});
  await Promise.race([provider.shutdown().catch(() => {}), late]);
  ended.abort();
  await exporter.shutdown();
}

function spanOf(
  span: SdkSpan,
  within: Tracing["within"],
  clean: (attributes: SpanAttributes) => SpanAttributes,
): Span {
  const context = span.spanContext();
  return {
    context,
    isRecorded: isSampled(context),
    set: (attributes) => void span.setAttributes(clean(attributes)),
    rename: (name) => void span.updateName(name),
    run: (work) => within(context, work),
    end(error) {
      if (error !== undefined) {
        span.setAttribute("error.type", errorType(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

function shown(context: ApiContext | undefined): ApiContext | undefined {
  return context === MUTED ? undefined : context;
}

/** Whether a span is recorded: a link to another one would lead nowhere. */
function isSampled({ traceFlags }: ApiContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The code of an error, or its class. A message may hold a value. */
function errorType(error: unknown): string {
  if (typeof error === "string") return error;
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "Error";
}

/** A meter of the counters of the queue alone. */
function countedBy(counts: { sent: number; dropped: number }): MeterProvider {
  const add = (count: number, attributes: object = {}) => {
    counts["error.type" in attributes ? "dropped" : "sent"] += count;
  };
  const meter = createNoopMeter();
  meter.createCounter = (name) =>
    name === "otel.sdk.processor.span.processed" ? { add } : { add() {} };
  return { getMeter: () => meter };
}
