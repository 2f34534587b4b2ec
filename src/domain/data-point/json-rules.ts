// The rules on JSON that is stored as it is: what a database cannot store, or would store as something else, is refused.
import type { Json } from "../audit/record.ts";
import type { Pieces } from "../base/pieces.ts";

/** Lists and objects in each other. */
const MOST_LEVELS = 100;
export const TOO_MANY_LEVELS = `may have ${MOST_LEVELS} lists and objects in each other`;
/** Names of one object: to list many more of them takes long, and cannot be done in parts. */
export const MOST_NAMES = 10_000;
export const TOO_MANY_NAMES = `may have ${MOST_NAMES} names in one object: send a list`;

/** Values and names that are looked at in one piece. */
const PIECE = 1_000;
/** What they cost, beside one character that is parsed. */
const PIECE_COST = 4_000;

/** Why JSON cannot be stored, as the end of a sentence; undefined where it can. */
export function* wrongJson(json: Json): Pieces<string | undefined> {
  const waiting: [json: Json, level: number][] = [[json, 0]];
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [it, level] = next;
    const wrong = wrongItem(it);
    if (wrong !== undefined) return wrong;
    if (typeof it !== "object" || it === null) continue;
    if (level === MOST_LEVELS) return TOO_MANY_LEVELS;
    const names = Array.isArray(it) ? undefined : Object.keys(it);
    if (names !== undefined && names.length > MOST_NAMES) return TOO_MANY_NAMES;
    const count = names?.length ?? (it as readonly Json[]).length;
    for (let n = 0; n < count; n++) {
      if (++looked % PIECE === 0) yield PIECE_COST;
      const name = names?.[n];
      if (name !== undefined && !isStorable(name)) return UNSTORABLE;
      const inner = (it as Readonly<Record<string | number, Json>>)[name ?? n] as Json;
      const wrongInner = wrongItem(inner);
      if (wrongInner !== undefined) return wrongInner;
      if (typeof inner === "object" && inner !== null) waiting.push([inner, level + 1]);
    }
  }
  yield ((looked % PIECE) / PIECE) * PIECE_COST;
  return undefined;
}

/** What is wrong with an item, whatever it holds. */
function wrongItem(it: Json): string | undefined {
  if (typeof it === "number" && !Number.isFinite(it)) return `must have finite numbers, not ${it}`;
  return typeof it === "string" && !isStorable(it) ? UNSTORABLE : undefined;
}

/** Whether a text is Unicode that a database stores. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

const UNSTORABLE = "must have no NUL, and no half of a surrogate pair, in its texts";
