// The text of JSON, written in pieces: a document of a megabyte takes tens of ms at once.
import type { Json } from "../audit/record.ts";
import type { Pieces } from "../base/pieces.ts";

/** Values that are written at once. */
const MOST_VALUES = 2_000;
/** Items of a list, or of an object, that are written at once where they are small. */
const SLICE = 250;

/** The text that `JSON.stringify` makes; the costs are characters. */
export function* textOfJson(json: Json): Pieces<string> {
  const parts: string[] = [];
  yield* write(json, parts);
  return parts.join("");
}

function* write(json: Json, parts: string[]): Pieces<void> {
  if (typeof json !== "object" || json === null || countOf(json, MOST_VALUES) < MOST_VALUES) {
    const text = JSON.stringify(json);
    parts.push(text);
    yield text.length;
  } else if (Array.isArray(json)) yield* writeList(json, parts);
  else yield* writeObject(json as Readonly<Record<string, Json>>, parts);
}

function* writeList(list: readonly Json[], parts: string[]): Pieces<void> {
  for (let n = 0; n < list.length; n += SLICE) {
    const slice = list.slice(n, n + SLICE);
    parts.push(n === 0 ? "[" : ",");
    if (countOf(slice, MOST_VALUES) < MOST_VALUES) yield* writeInside(slice, parts);
    else
      for (const [place, item] of slice.entries()) {
        if (place > 0) parts.push(",");
        yield* write(item, parts);
      }
  }
  parts.push("]");
}

function* writeObject(object: Readonly<Record<string, Json>>, parts: string[]): Pieces<void> {
  const names = Object.keys(object);
  for (let n = 0; n < names.length; n += SLICE) {
    const slice = names.slice(n, n + SLICE).map((name) => [name, object[name] as Json] as const);
    parts.push(n === 0 ? "{" : ",");
    const some = Object.fromEntries(slice);
    if (countOf(some, MOST_VALUES) < MOST_VALUES) yield* writeInside(some, parts);
    else
      for (const [place, [name, item]] of slice.entries()) {
        parts.push(place > 0 ? "," : "", JSON.stringify(name), ":");
        yield* write(item, parts);
      }
  }
  parts.push("}");
}

/** Writes what is between the brackets. */
function* writeInside(json: object, parts: string[]): Pieces<void> {
  const text = JSON.stringify(json).slice(1, -1);
  parts.push(text);
  yield text.length;
}

/** How many values there are, up to `most`. */
function countOf(json: Json, most: number): number {
  if (typeof json !== "object" || json === null) return 1;
  const items = Array.isArray(json) ? json : Object.values(json);
  let count = 1 + items.length;
  for (let n = 0; n < items.length && count < most; n++) {
    const item = items[n] as Json;
    if (typeof item === "object" && item !== null) count += countOf(item, most - count);
  }
  return count;
}
