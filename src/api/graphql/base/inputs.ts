// Inputs that several fields share, with errors that name the argument.

import { PAGE_LARGEST } from "../../../domain/base/page.ts";
import { shortened } from "../../../domain/base/quote.ts";
import { isUuid } from "../../../domain/base/uuid.ts";
import { everyTicksOf, LONGEST_EVERY_S } from "../../stream/rate.ts";
import { refusal } from "./refusal.ts";

/** An id in lower case. */
export function readId(id: string, argument: string): string {
  if (isUuid(id)) return id.toLowerCase();
  throw refusal("BAD_UUID", `${argument} must be a UUID, not "${shortened(id)}"`, argument);
}

/** The number of items of a page. */
export function readFirst(first: number | null | undefined, fallback: number): number {
  const count = first ?? fallback;
  if (count >= 0 && count <= PAGE_LARGEST) return count;
  throw refusal("BAD_INPUT", `first must be 0 to ${PAGE_LARGEST}, not ${count}`, "first");
}

/** The key of a cursor of this kind. */
export function readCursor(after: string, kind: string, of = "an earlier page"): string {
  const [found, key] = Buffer.from(after, "base64url").toString().split(":", 2);
  if (found === kind && key !== undefined) return key;
  const message = `after must be the cursor of ${of}, not "${shortened(after)}"`;
  throw refusal("BAD_CURSOR", message, "after");
}

/** The number in a cursor of this kind: of an event or an item, or an instant in ms. */
export function readNumberCursor(after: string, kind: string, of?: string): number {
  const key = readCursor(after, kind, of);
  const number = Number(key);
  if (/^-?\d+$/.test(key) && Number.isSafeInteger(number)) return number;
  throw refusal("BAD_CURSOR", `after must be the cursor of ${of ?? "an earlier page"}`, "after");
}

/** A cursor: opaque text with its kind and the key to continue after. */
export function writeCursor(kind: string, key: string): string {
  return Buffer.from(`${kind}:${key}`).toString("base64url");
}

/** A rate in ticks, from its interval in s: rounded up to whole ticks. */
export function readEvery(everyS: number | null | undefined, dtS: number): number {
  const widthS = everyS ?? dtS;
  if (widthS > 0 && widthS <= LONGEST_EVERY_S) return everyTicksOf(widthS, dtS);
  const message = `everyS must be above 0 and at most ${LONGEST_EVERY_S}, not ${widthS}`;
  throw refusal("BAD_INPUT", message, "everyS");
}
