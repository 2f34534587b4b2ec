// Encoders of subscriptions: they execute once for all subscribers that differ only in their selections.

import { type ExecutionArgs, type ExecutionResult, execute, print } from "graphql";
import type { Frame } from "../../../domain/telemetry/frame.ts";
import type { Numbered } from "../../../services/recent-events.ts";
import type { EventEncoder } from "../../stream/event-source.ts";
import { Payload } from "../../stream/payload.ts";
import type { Encoder, Indexes, StreamEvent } from "../../stream/stream.ts";
import type { GraphContext } from "../base/builder.ts";
import { type LiveEvent, samplesAt } from "../base/live.ts";
import { refusal } from "../base/refusal.ts";
import type { ErrorMask } from "./errors.ts";
import { type LiveShape, liveShapeOf } from "./live-shape.ts";

const EVENT = "event: next\n";
const NOWHERE: Indexes = [];

export function createGraphEncoder(args: ExecutionArgs, errors: ErrorMask): Encoder {
  const shape = liveShapeOf(args);
  const toText = (result: ExecutionResult) => resultText(result, errors);

  function run(event: StreamEvent, indexes: Indexes) {
    const rootValue: LiveEvent = { ...event, indexes };
    return execute({ ...args, rootValue });
  }

  async function encodeEach(event: StreamEvent, selections: readonly Indexes[]) {
    const results = await Promise.all(selections.map((indexes) => run(event, indexes)));
    return results.map((result) => new Payload(toText(result), EVENT));
  }

  return {
    key: keyOf(args, shape),
    encode(event, selections) {
      const [only] = selections;
      if (selections.length === 1 && shape.writers === undefined) {
        const result = run(event, only);
        if (result instanceof Promise) return result.then((it) => [new Payload(toText(it), EVENT)]);
        return [new Payload(toText(result), EVENT)];
      }
      const union = unionOf(selections);
      const written = writeSamples(shape, event.frame, union);
      const result = run(event, written ? NOWHERE : union);
      const split = (it: ExecutionResult) => splitSamples(it, shape, written, union, selections);
      if (result instanceof Promise)
        return result.then((it) => split(it) ?? encodeEach(event, selections));
      return split(result) ?? encodeEach(event, selections);
    },
  };
}

/** Encodes events, of dispatches, of alarms or of the audit log, each once for all selections. */
export function createEventEncoder(args: ExecutionArgs, errors: ErrorMask): EventEncoder<Numbered> {
  const payloadOf = (result: ExecutionResult) => new Payload(resultText(result, errors), EVENT);
  return {
    key: keyOf(args, liveShapeOf(args)),
    encode(event) {
      const result = execute({ ...args, rootValue: event });
      return result instanceof Promise ? result.then(payloadOf) : payloadOf(result);
    },
    refuse: ({ code, detail }) => payloadOf({ errors: [refusal(code, detail)] }),
    fail: (error) => new Payload(JSON.stringify({ errors: [errors.format(error)] }), EVENT),
  };
}

/**
 * Equal for subscriptions that differ only in their selection and where they begin. What may be seen is a part of it,
 * unless the answer has plain values of the selected assets alone.
 */
function keyOf(args: ExecutionArgs, shape: LiveShape) {
  const { document, operationName, variableValues, contextValue } = args;
  const { visible } = (contextValue as GraphContext).services.telemetry;
  const others = Object.entries((variableValues ?? {}) as Record<string, unknown>)
    .filter(([name]) => !shape.selectionVariables.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const scope = shape.writers === undefined ? visible.key : "any";
  return JSON.stringify([scope, textOf(document), operationName ?? null, others]);
}

function resultText({ data, errors: found }: ExecutionResult, errors: ErrorMask): string {
  return JSON.stringify(found ? { data, errors: found.map(errors.format) } : { data });
}

/** The JSON of each sample in each list. */
type Written = ReadonlyMap<string, readonly string[]>;

/** Writes samples without executing anything; undefined where they must be executed. */
function writeSamples({ writers }: LiveShape, frame: Frame, indexes: Indexes): Written | undefined {
  if (writers === undefined) return undefined;
  const samples = samplesAt(frame, indexes);
  try {
    return new Map([...writers].map(([name, write]) => [name, samples.map(write)]));
  } catch {
    // The same fault is executed again, where it becomes the error that is sent.
    return undefined;
  }
}

/** The union of selections, as positions; undefined: all. */
function unionOf(selections: readonly Indexes[]): Indexes {
  const union = new Set<number>();
  for (const indexes of selections) {
    if (indexes === undefined) return undefined;
    for (const cursor of indexes) union.add(cursor);
  }
  return [...union].sort((a, b) => a - b);
}

/**
 * Cuts one answer about many assets into one for each selection, each sample written once.
 *
 * @returns undefined where that cannot be done, because something failed.
 */
function splitSamples(
  { data, errors }: ExecutionResult,
  { root, sampleLists }: LiveShape,
  written: Written | undefined,
  union: Indexes,
  selections: readonly Indexes[],
): Payload[] | undefined {
  const frame = data?.[root] as Record<string, unknown> | undefined;
  if (errors !== undefined || frame == null) return undefined;
  const fields = Object.entries(frame).map(([name, value]) => {
    const key = JSON.stringify(name);
    if (!sampleLists.has(name)) return { key, text: JSON.stringify(value) };
    const toText = (sample: unknown) => JSON.stringify(sample);
    return { key, samples: written?.get(name) ?? (value as unknown[]).map(toText) };
  });
  const placeOf = union && new Map(union.map((cursor, place) => [cursor, place]));
  const head = `{"data":{${JSON.stringify(root)}:{`;
  return selections.map((indexes) => {
    const parts = fields.map(({ key, samples, text }) => {
      if (samples === undefined) return `${key}:${text}`;
      const chosen = indexes?.map((cursor) => samples[placeOf?.get(cursor) ?? cursor]);
      return `${key}:[${(chosen ?? samples).join(",")}]`;
    });
    return new Payload(`${head}${parts.join(",")}}}}`, EVENT);
  });
}

const texts = new WeakMap<ExecutionArgs["document"], string>();

/** The text of a document, which is the same object for the same text while it is cached. */
function textOf(document: ExecutionArgs["document"]): string {
  let text = texts.get(document);
  if (text === undefined) {
    text = document.loc?.source.body ?? print(document);
    texts.set(document, text);
  }
  return text;
}
