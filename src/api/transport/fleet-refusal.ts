// Why a change to the fleet is refused, as a sentence in the words of a transport.
import type { ChangeRefusal } from "../../domain/fleet/change.ts";

/** What is said of these is the end of a sentence that begins with the field. */
const OF_FIELD = new Set<string>(["ASSET_INVALID", "SITE_INVALID"]);

/** @param field What the transport calls the field at fault. */
export function sentenceOf({ code, message }: ChangeRefusal, field: string): string {
  return OF_FIELD.has(code) ? `${field} ${message}` : message;
}
