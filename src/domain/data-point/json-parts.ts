// JSON that is parsed part by part: the parser of the language takes a text at once, up to 100 ms for a megabyte of small
// lists or of many names. This splits a long text at commas, and that parser reads each part: its grammar is the only one.

import type { Json } from "../audit/record.ts";
import type { Pieces } from "../base/pieces.ts";
import { TOO_MANY_LEVELS, TOO_MANY_NAMES } from "./json-rules.ts";

/** Characters that are parsed at once. */
const PART_LENGTH = 32_768;
/** Levels of a long text that are followed at most: what is stored has fewer. */
const MOST_LEVELS = 200;

/** JSON that breaks a rule before all of it is parsed. */
export class RuleError extends SyntaxError {}

const SIGNS = /["[\]{},]/g;
const BLANK = /^[ \t\n\r]*$/;

/** A list or an object whose end was not read yet. */
interface Open {
  readonly isList: boolean;
  readonly start: number;
  /** Where what is not parsed yet begins; and the item that is being read. */
  from: number;
  item: number;
  /** Items before it. */
  count: number;
  /** What is parsed; undefined: nothing yet. */
  parts: Json[] | Record<string, Json> | undefined;
  /** Whether the item is among the parts: its comma or the end follows. */
  isParsed: boolean;
}

/**
 * The JSON of a text, as `JSON.parse` has it; the costs are characters.
 *
 * @param mostNames  Names of one object at most, where the text is longer than a part.
 * @param partLength Characters that are parsed at once, about.
 * @throws SyntaxError, and RuleError where it has more names or levels.
 */
export function* parseInParts(
  text: string,
  mostNames = Infinity,
  partLength = PART_LENGTH,
): Pieces<Json> {
  if (text.length <= partLength) {
    yield text.length;
    return JSON.parse(text) as Json;
  }
  const open: Open[] = [];
  let paid = 0;
  for (let at = nextSign(text, 0); at < text.length; at = nextSign(text, at + 1)) {
    const sign = text[at] as string;
    if (sign === '"') at = endOfText(text, at);
    else if (sign === "[" || sign === "{") {
      if (open.push(openAt(at, sign === "[")) > MOST_LEVELS) throw new RuleError(TOO_MANY_LEVELS);
    } else if (sign === ",") {
      const top = open.at(-1);
      if (top === undefined) throw wrong("a comma", at);
      if (top.isParsed || at - top.from >= partLength) parseUpTo(text, top, at);
      top.item = at + 1;
      if (++top.count > mostNames && !top.isList) throw new RuleError(TOO_MANY_NAMES);
    } else {
      const closed = open.pop();
      if (closed?.isList !== (sign === "]")) throw wrong(sign, at);
      const holder = open.at(-1);
      if (holder === undefined) return yield* finish(text, closed, at, paid);
      if (closed.parts !== undefined) addParsed(text, holder, closed, at);
    }
    if (at - paid < partLength) continue;
    yield at - paid;
    paid = at;
  }
  yield text.length - paid;
  if (open.length > 0) throw wrong("the end", text.length);
  return JSON.parse(text) as Json;
}

function openAt(start: number, isList: boolean): Open {
  const from = start + 1;
  return { isList, start, from, item: from, count: 0, parts: undefined, isParsed: false };
}

/** The place of the next sign that matters, or the end. */
function nextSign(text: string, from: number): number {
  SIGNS.lastIndex = from;
  return SIGNS.test(text) ? SIGNS.lastIndex - 1 : text.length;
}

/** The place of the quote that ends a text, or the end. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** Parses the items before a comma, or before the end. */
function parseUpTo(text: string, holder: Open, at: number): void {
  const part = text.slice(holder.from, at);
  if (!holder.isParsed) append(holder, part, at);
  else if (!BLANK.test(part)) throw wrong("something behind an item", at);
  holder.from = at + 1;
  holder.isParsed = false;
}

/** @param part One item or more. */
function append(holder: Open, part: string, at: number): void {
  if (BLANK.test(part)) throw wrong("no item", at);
  if (holder.isList) {
    const items = JSON.parse(`[${part}]`) as Json[];
    const parts = listOf(holder);
    for (const item of items) parts.push(item);
    return;
  }
  const items = JSON.parse(`{${part}}`) as Record<string, Json>;
  for (const name of Object.keys(items)) setItem(holder, name, items[name] as Json);
}

function listOf(holder: Open): Json[] {
  holder.parts ??= [];
  return holder.parts as Json[];
}

/** Assignment would take the name `__proto__` for the prototype. */
function setItem(holder: Open, name: string, value: Json): void {
  holder.parts ??= {};
  const parts = holder.parts as Record<string, Json>;
  if (name !== "__proto__") parts[name] = value;
  else
    Object.defineProperty(parts, name, {
      ...{ value, enumerable: true, writable: true, configurable: true },
    });
}

/** Parses the rest of a list or object, some parts of which are parsed. */
function closeParts(text: string, closed: Open, at: number): Json {
  parseUpTo(text, closed, at);
  return closed.parts as Json;
}

/** Adds a list or object that was parsed in parts to the one that it is in. */
function addParsed(text: string, holder: Open, closed: Open, at: number): void {
  const value = closeParts(text, closed, at);
  if (holder.isParsed) throw wrong("an item behind another one", closed.start);
  if (holder.item > holder.from)
    append(holder, text.slice(holder.from, holder.item - 1), closed.start);
  const before = text.slice(holder.item, closed.start);
  if (holder.isList) {
    if (!BLANK.test(before)) throw wrong("something before an item", closed.start);
    listOf(holder).push(value);
  } else {
    const [name, ...others] = Object.keys(JSON.parse(`{${before}null}`) as object);
    if (name === undefined || others.length > 0) throw wrong("no name", closed.start);
    setItem(holder, name, value);
  }
  holder.from = at + 1;
  holder.item = at + 1;
  holder.isParsed = true;
}

/** The whole, once its last bracket is read. */
function* finish(text: string, closed: Open, at: number, paid: number): Pieces<Json> {
  yield text.length - paid;
  if (closed.parts === undefined) return JSON.parse(text) as Json;
  const isAlone = BLANK.test(text.slice(0, closed.start)) && BLANK.test(text.slice(at + 1));
  if (!isAlone) throw wrong("something beside the JSON", at);
  return closeParts(text, closed, at);
}

function wrong(what: string, at: number): SyntaxError {
  return new SyntaxError(`${what} at ${at} is no JSON`);
}
