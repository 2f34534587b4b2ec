// Texts of the catalogue in source code.
import type { CatalogueEntry } from "../catalogue.ts";

/** Signs that change the order in which a line is shown. */
const TURNING = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const UNSHOWN = new RegExp(`[\\u007f-\\u009f\\u2028\\u2029\\ufeff${TURNING}]`, "g");

/** A literal of TypeScript and of Python: what JSON escapes, both read. */
export function literal(text: string): string {
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(UNSHOWN, escaped);
}

/** The lines of documentation: the description, then its other facts. */
export function docLines(entry: CatalogueEntry): string[] {
  const { description, unit, resolution, time_zone } = entry;
  const facts = [
    unit === null ? "No unit." : `Unit: ${shown(unit)}.`,
    resolution === null ? "Irregular." : `Resolution: ${shown(resolution)}.`,
    `Time zone: ${shown(time_zone)}.`,
  ].join(" ");
  const lines = (description ?? "").split(/\r\n|[\n\r\u2028\u2029]/).map((line) => shown(line));
  const text = lines.join("\n").trim();
  return text === "" ? [facts] : [...text.split("\n"), "", facts];
}

/** A line without signs that are not shown; half a character is none. */
function shown(line: string): string {
  return line
    .toWellFormed()
    .replace(/[\t\v\f]/g, " ")
    .replace(UNSHOWN, "\ufffd")
    .replace(/\p{Cc}/gu, "\ufffd")
    .trimEnd();
}

export const indented = (depth: number, text: string, width: number) =>
  text === "" ? "" : " ".repeat(depth * width) + text;
