// The settings of traces: the standard variables of OpenTelemetry, as far as they apply; traces are off without an endpoint.
import { readDecimal } from "../domain/base/decimal.ts";
import { quoted } from "../domain/base/quote.ts";

const PROTOCOLS = ["http/protobuf", "http/json", "grpc"] as const;
const COMPRESSIONS = ["none", "gzip"] as const;
const SAMPLERS = [
  ...["always_on", "always_off", "traceidratio"],
  ...["parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"],
] as const;

export interface TracingSettings {
  /** Where traces are sent: the whole address by HTTP, the origin by gRPC. */
  readonly endpoint: URL;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: (typeof COMPRESSIONS)[number];
  /** How long one batch may take to send, in ms. */
  readonly timeoutMs: number;
  readonly sampler: (typeof SAMPLERS)[number];
  /** The part of traces that a sampler of a ratio takes, 0 to 1. */
  readonly sampledRatio: number;
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, string>>;
  /** How long ended spans wait for others, in ms. */
  readonly delayMs: number;
  /** Spans that wait at most; newer ones are dropped. */
  readonly queueCount: number;
  readonly batchCount: number;
  /** How long the queue waits for one batch, in ms. */
  readonly exportMs: number;
}

/** The variables that are read, with their default and meaning. One for traces alone wins over that of OTLP. */
export const TRACING_VARIABLES = [
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "", "address of the collector; by HTTP, `/v1/traces` is added"],
  ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "", "address for traces, which is used as it is"],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "`http/protobuf`, `http/json` or `grpc`"],
  ["OTEL_EXPORTER_OTLP_HEADERS", "", "headers of each request: `name=value,name=value`"],
  ["OTEL_EXPORTER_OTLP_COMPRESSION", "none", "`none` or `gzip`"],
  ["OTEL_EXPORTER_OTLP_TIMEOUT", "10000", "how long a batch may take to send, in ms"],
  ["OTEL_TRACES_SAMPLER", "parentbased_always_on", "which traces are recorded"],
  ["OTEL_TRACES_SAMPLER_ARG", "1", "the ratio of a sampler `…traceidratio`, 0 to 1"],
  ["OTEL_TRACES_EXPORTER", "otlp", "`otlp` or `none`"],
  ["OTEL_SERVICE_NAME", "mando", "name of the service"],
  ["OTEL_RESOURCE_ATTRIBUTES", "", "further attributes of it: `name=value,name=value`"],
  ["OTEL_SDK_DISABLED", "false", "`true`: traces are off"],
  ["OTEL_BSP_SCHEDULE_DELAY", "5000", "how long ended spans wait for others, in ms"],
  ["OTEL_BSP_MAX_QUEUE_SIZE", "2048", "spans that wait at most; further ones are dropped"],
  ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "512", "spans that are sent together at most"],
  ["OTEL_BSP_EXPORT_TIMEOUT", "30000", "how long the next batch waits for the one before, in ms"],
] as const;

type Variable = (typeof TRACING_VARIABLES)[number][0];

const LONGEST_MS = 600_000;
const MOST_SPANS = 65_536;
/** More would be encoded at once for too long. */
const LARGEST_BATCH = 1024;
/** Names that HTTP allows, without those of the connection and of the body. */
const HEADER_NAME =
  /^(?!(?:host|connection|keep-alive|proxy-connection|upgrade|te|trailer|transfer-encoding|expect|content-(?:length|type|encoding))$)[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** Values that HTTP allows: Latin-1. */
const HEADER_VALUE = /^[\x20-\x7e\xa0-\xff]*$/;

/**
 * Reads the settings of traces. An empty variable counts as not set.
 *
 * @returns undefined where traces are off; or every problem at once. A value of a header, or of an address, is in none.
 */
export function readTracing(
  environment: Readonly<Record<string, string | undefined>>,
): { readonly tracing: TracingSettings | undefined } | { readonly problems: readonly string[] } {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const own = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  const address = given(own) ?? given("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (address === undefined) return { tracing: undefined };
  if (given("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return { tracing: undefined };
  const read = createReader(given);
  read.oneOf("OTEL_SDK_DISABLED", ["false", "true"]);
  const exporter = read.oneOf("OTEL_TRACES_EXPORTER", ["otlp", "none"]);
  const protocol = read.oneOf("OTEL_EXPORTER_OTLP_PROTOCOL", PROTOCOLS);
  const queueCount = read.number("OTEL_BSP_MAX_QUEUE_SIZE", 1, MOST_SPANS);
  const tracing = {
    endpoint: read.endpoint(given(own) === undefined, protocol),
    protocol,
    headers: read.pairs(
      "OTEL_EXPORTER_OTLP_HEADERS",
      (name, value) => HEADER_NAME.test(name) && HEADER_VALUE.test(value),
    ),
    compression: read.oneOf("OTEL_EXPORTER_OTLP_COMPRESSION", COMPRESSIONS),
    timeoutMs: read.number("OTEL_EXPORTER_OTLP_TIMEOUT", 1, LONGEST_MS),
    sampler: read.oneOf("OTEL_TRACES_SAMPLER", SAMPLERS),
    sampledRatio: read.number("OTEL_TRACES_SAMPLER_ARG", 0, 1, false),
    serviceName: read.text("OTEL_SERVICE_NAME"),
    resource: read.pairs("OTEL_RESOURCE_ATTRIBUTES", (name) => /^[ -~]+$/.test(name)),
    delayMs: read.number("OTEL_BSP_SCHEDULE_DELAY", 1, LONGEST_MS),
    queueCount,
    batchCount: Math.min(
      read.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 1, LARGEST_BATCH),
      queueCount,
    ),
    exportMs: read.number("OTEL_BSP_EXPORT_TIMEOUT", 1, LONGEST_MS),
  };
  if (read.problems.length > 0) return { problems: read.problems };
  return { tracing: exporter === "none" ? undefined : named(tracing, given) };
}

/** The name in the resource attributes holds where no variable of its own is set. */
function named(tracing: TracingSettings, given: (name: string) => string | undefined) {
  const { "service.name": name, ...resource } = tracing.resource;
  if (name === undefined) return tracing;
  const isGiven = given("OTEL_SERVICE_NAME") !== undefined;
  return { ...tracing, resource, serviceName: isGiven ? tracing.serviceName : name };
}

function createReader(given: (name: string) => string | undefined) {
  const problems: string[] = [];

  /** The variable that counts, with its value or the default. */
  function find(variable: Variable): { readonly name: string; readonly value: string } {
    const own = variable.replace("OTLP_", "OTLP_TRACES_");
    const name = given(own) === undefined ? variable : own;
    const fallback = TRACING_VARIABLES.find(([known]) => known === variable)?.[1] ?? "";
    return { name, value: given(name) ?? fallback };
  }

  return {
    problems,
    text: (variable: Variable) => find(variable).value,
    oneOf<T extends string>(variable: Variable, values: readonly [T, ...T[]] | readonly T[]): T {
      const { name, value } = find(variable);
      const found = values.find((it) => it === value.toLowerCase());
      if (found === undefined)
        problems.push(`${name} must be one of ${values.join(", ")}, not ${quoted(value)}`);
      return found ?? (values[0] as T);
    },
    number(variable: Variable, min: number, max: number, isWhole = true): number {
      const { name, value } = find(variable);
      const number = readDecimal(value);
      if (number !== undefined && number >= min && number <= max)
        if (!isWhole || Number.isInteger(number)) return number;
      const kind = isWhole ? "a whole number" : "a number";
      problems.push(`${name} must be ${kind}, ${min} to ${max}, not ${quoted(value)}`);
      return min;
    },
    /** Pairs in the form of W3C Baggage: values are percent-encoded. */
    pairs(
      variable: Variable,
      isAllowed: (name: string, value: string) => boolean,
    ): Readonly<Record<string, string>> {
      const { name, value } = find(variable);
      const pairs = value.split(",").filter((pair) => pair.trim() !== "");
      const read = pairs.map(readPair);
      const wrong = read.indexOf(undefined);
      const refused = read.findIndex((pair) => pair !== undefined && !isAllowed(...pair));
      if (wrong >= 0)
        problems.push(
          `${name} must be a list of name=value, percent-encoded: entry ${wrong + 1} is not`,
        );
      else if (refused >= 0)
        problems.push(`${name} has a name or a value that may not be sent: entry ${refused + 1}`);
      return Object.fromEntries(read.filter((pair) => pair !== undefined));
    },
    endpoint(isBase: boolean, protocol: string): URL {
      const { name, value } = find("OTEL_EXPORTER_OTLP_ENDPOINT");
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === "")
        problems.push(`${name} must be an address such as http://127.0.0.1:4318`);
      else if (url.username !== "" || url.password !== "")
        problems.push(
          `${name} must be without a user and password: OTEL_EXPORTER_OTLP_HEADERS can carry them`,
        );
      const endpoint = url ?? new URL("http://127.0.0.1:4318");
      if (isBase && protocol !== "grpc")
        endpoint.pathname = `${endpoint.pathname.replace(/\/$/, "")}/v1/traces`;
      return endpoint;
    },
  };
}

function readPair(pair: string): [string, string] | undefined {
  const at = pair.indexOf("=");
  if (at < 1) return undefined;
  try {
    const value = decodeURIComponent(pair.slice(at + 1).trim());
    return /^[^\p{Cc}]*$/u.test(value) ? [pair.slice(0, at).trim(), value] : undefined;
  } catch {
    return undefined;
  }
}
