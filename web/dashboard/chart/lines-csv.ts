// The lines of a chart as CSV.
import { type Line, rowsOfLines } from "./line.ts";

/** Oldest first, with instants in UTC and a point for the decimals, as every other CSV of the server. */
export function csvOfLines(lines: readonly Line[]): string {
  const head = ["timestamp", ...lines.map(columnOf)].map(quoted).join(",");
  const rows = rowsOfLines(lines).map(({ atMs, values }) =>
    [new Date(atMs).toISOString(), ...values.map((value) => value ?? "")].join(","),
  );
  return `${[head, ...rows].join("\n")}\n`;
}

/** The name with the unit as its last word. */
const columnOf = ({ key, name, scale }: Line) => `${name ?? key.replaceAll("-", "_")}_${scale}`;

/** As RFC 4180 has it, where it is needed. */
const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
