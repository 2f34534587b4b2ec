// The refusal of a change to the fleet as a sentence.
import type { ChangeRefusal } from "./change.ts";

/** Codes whose message is the end of a sentence that begins with the field. */
const OF_FIELD = new Set<string>(["ASSET_INVALID", "SITE_INVALID"]);

/** @param field The name of the field at fault, in the transport. */
export function sentenceOf({ code, message }: ChangeRefusal, field: string): string {
  return OF_FIELD.has(code) ? `${field} ${message}` : message;
}
