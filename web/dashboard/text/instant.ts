// Instants as people enter them: a date and time in the chosen zone, with the offset where the clock shows it twice.
import { formats } from "./format.ts";
import { words } from "./words.ts";
import { instantsOf, localText, offsetText } from "./zone.ts";

/** An instant as entered. */
export interface InstantDraft {
  /** `YYYY-MM-DDTHH:MM` or with seconds, as the field has it. */
  readonly text: string;
  /** The offset that was chosen, such as +02:00; empty: none, which is right unless the clock shows the time twice. */
  readonly offset: string;
}

export const NO_INSTANT: InstantDraft = { text: "", offset: "" };

export type ReadInstant =
  | { readonly ms: number; readonly offsets: readonly string[] }
  | { readonly wrong: string; readonly offsets: readonly string[] };

/**
 * Reads an instant on the clock of a zone; or says what is wrong with it.
 *
 * @returns `offsets` are those to choose from: empty unless the clock shows the time twice.
 */
export function readInstant({ text, offset }: InstantDraft, timeZone: string): ReadInstant {
  if (text === "") return { wrong: words.form.noInstant, offsets: [] };
  if (Number.isNaN(Date.parse(`${text}Z`))) return { wrong: words.form.badInstant, offsets: [] };
  const instants = instantsOf(text, timeZone);
  const [only] = instants;
  if (only === undefined) return { wrong: words.form.skipped(timeZone), offsets: [] };
  if (instants.length === 1) return { ms: only, offsets: [] };
  const offsets = instants.map((ms) => offsetText(ms, timeZone));
  const chosen = instants[offsets.indexOf(offset)];
  return chosen === undefined ? { wrong: words.form.twice, offsets } : { ms: chosen, offsets };
}

/** The draft of an instant, as it is entered in the chosen zone. */
export function draftOf(ms: number, timeZone = formats.timeZone): InstantDraft {
  const fraction = ms % 1000 === 0 ? "" : `.${String(ms % 1000).padStart(3, "0")}`;
  return { text: localText(ms, timeZone) + fraction, offset: offsetText(ms, timeZone) };
}
