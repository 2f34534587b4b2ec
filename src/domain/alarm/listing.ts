// Which alarms a list has, and in which order.
import type { Alarm } from "./alarm.ts";
import type { AlarmSeverity } from "./codes.ts";

/** Which alarms to list. */
export interface AlarmFilter {
  /** true: only those that are not cleared; false: only those that are; undefined: both. */
  readonly open?: boolean | undefined;
  /** Of one of these severities; undefined: of any. */
  readonly severities?: readonly AlarmSeverity[] | undefined;
  /** Only alarms that were raised before the one of this number; undefined: from the newest on. */
  readonly before?: number | undefined;
  /** About one of these assets, or about none; undefined: about any. */
  readonly assetIds?: ReadonlySet<string> | undefined;
  readonly limit: number;
}

/** The alarms that a filter chooses, those that were raised last first. */
export function listedOf(
  alarms: Iterable<Alarm>,
  { open, severities, before = Infinity, assetIds, limit }: AlarmFilter,
): readonly Alarm[] {
  const chosen: Alarm[] = [];
  for (const alarm of alarms)
    if (
      alarm.raisedNumber < before &&
      (open === undefined || open === (alarm.clearedAtMs === null)) &&
      (severities?.includes(alarm.severity) ?? true) &&
      (assetIds === undefined || alarm.assetId === null || assetIds.has(alarm.assetId))
    )
      chosen.push(alarm);
  return chosen.sort((a, b) => b.raisedNumber - a.raisedNumber).slice(0, limit);
}
