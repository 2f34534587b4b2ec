// Components as lines of text, in columns.
import {
  COMPONENT_KINDS,
  type Component,
  type ComponentKind,
} from "../../domain/version/component.ts";

/** The kinds that a list may be limited to. */
export const KINDS = Object.keys(COMPONENT_KINDS) as readonly ComponentKind[];

/** A line for each: kind, name, version and licence, and whether it is not in force. */
export function componentLines(components: readonly Component[]): readonly string[] {
  const rows = components.map((it) => [it.kind, it.name, it.version, it.license ?? "-"]);
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, n) => Math.max(cell.length, widest[n] ?? 0)),
    [],
  );
  return rows.map((row, n) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const line = components[n]?.isCurrent ? cells : [...cells, "not in force"];
    return line.join("  ").trimEnd();
  });
}
