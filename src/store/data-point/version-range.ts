// The versions of a range, in the order of a history.
import { byInstantAndKnown } from "../../domain/data-point/version-order.ts";
import type { PointVersion } from "../../domain/data-point/write.ts";

export interface VersionRange {
  readonly path: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** When the last of them was recorded. */
  readonly recordedMs: number;
}

export type OrderedVersion = PointVersion & { readonly sequence: number };

export function inOrder<V extends Omit<OrderedVersion, "content">>(
  found: readonly V[],
  { fromMs, untilMs, recordedMs }: VersionRange,
): readonly Omit<V, "sequence">[] {
  return found
    .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
    .filter((version) => version.recordedMs <= recordedMs)
    .sort(byInstantAndKnown)
    .map(({ sequence: _, ...version }) => version);
}
