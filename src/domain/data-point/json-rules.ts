// The rules on JSON that is stored as it is: what a database cannot store, or would store as something else, is refused.
import type { Json } from "../audit/record.ts";

/** Lists and objects in each other. */
const MOST_LEVELS = 100;

/** Why JSON cannot be stored, as the end of a sentence; undefined where it can. */
export function wrongJson(json: Json): string | undefined {
  const waiting: [json: Json, level: number][] = [[json, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [it, level] = next;
    if (typeof it === "number" && !Number.isFinite(it))
      return `must have finite numbers, not ${it}`;
    if (typeof it === "string" && !isStorable(it)) return UNSTORABLE;
    if (typeof it !== "object" || it === null) continue;
    if (level === MOST_LEVELS) return `may have ${MOST_LEVELS} lists and objects in each other`;
    const isList = Array.isArray(it);
    if (!isList && !Object.keys(it).every(isStorable)) return UNSTORABLE;
    for (const inner of isList ? it : Object.values(it)) waiting.push([inner, level + 1]);
  }
  return undefined;
}

/** Whether a text is Unicode that a database stores. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

const UNSTORABLE = "must have no NUL, and no half of a surrogate pair, in its texts";
