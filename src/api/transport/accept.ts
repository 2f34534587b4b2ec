// The choice of the media type of a response, by the header Accept (RFC 9110, 12.5.1).
import type { ServerResponse } from "node:http";
import type { Context } from "hono";
import { type Accept, parseAccept } from "hono/utils/accept";
import { type Problem, problem } from "./problem.ts";

/** How exactly a range names a media type: the type itself, all of its kind, or all. */
const [EXACT, KIND, ANY] = [3, 2, 1];

/**
 * The media type of those offered that a client prefers; undefined: it accepts none of them. Of equals it is the one that
 * is named more exactly, then first.
 *
 * @param accept undefined: the client accepts all, and has the first.
 */
export function preferredMedia<T extends string>(
  accept: string | undefined,
  offered: readonly T[],
): T | undefined {
  if (!accept) return offered[0];
  const ranges = parseAccept(accept);
  return offered
    .map((type) => ({ type, ...rankOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || b.exactness - a.exactness || a.place - b.place)[0]
    ?.type;
}

/** The rank of a media type: that of the range which names it most exactly, whatever others say. */
function rankOf(type: string, ranges: readonly Accept[]) {
  const ranks = ranges
    .map((range, place) => ({ quality: range.q, exactness: exactnessOf(range.type, type), place }))
    .filter(({ exactness }) => exactness > 0)
    .sort((a, b) => b.exactness - a.exactness || b.quality - a.quality);
  return ranks[0] ?? { quality: 0, exactness: 0, place: 0 };
}

/** 0: the range is of other media types. */
function exactnessOf(given: string, type: string): number {
  const range = given.toLowerCase();
  if (range === type) return EXACT;
  // Java sends an asterisk alone.
  if (range === "*/*" || range === "*") return ANY;
  return range.endsWith("/*") && type.startsWith(range.slice(0, -1)) ? KIND : 0;
}

/** The media type of those offered in which a request is answered; or the problem that it accepts none of them. */
export function chosenMedia<T extends string>(c: Context, offered: readonly T[]): T | Problem {
  const accept = c.req.header("accept");
  const chosen = preferredMedia(accept, offered);
  if (chosen !== undefined) return chosen;
  return problem(
    "NOT_ACCEPTABLE",
    `no answer is of a media type that the header accept names: name one of ${offered.join(", ")}`,
  );
}

/** Says that the response depends on Accept, beside the Vary of every response. */
export function varyByAccept(c: Context): void {
  (c.env as { outgoing: ServerResponse }).outgoing.appendHeader("vary", "Accept");
}
