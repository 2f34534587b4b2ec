// A hook for the list of alarms, page by page, kept up to date.
import { useCallback, useEffect, useState } from "react";
import { request } from "../api/api.ts";
import { Alarms as AlarmsOperation } from "../api/operations.ts";
import type { Alarm } from "./alarms.ts";
import { useAlarms } from "./use-alarms.ts";

export interface AlarmFilter {
  readonly isOpenOnly: boolean;
  readonly severity: Alarm["severity"] | undefined;
}

interface AlarmList {
  /** Undefined before the first page is read. */
  readonly list: readonly Alarm[] | undefined;
  readonly error: string | undefined;
  /** Reads the next page; undefined where there is none. */
  readonly readMore: (() => void) | undefined;
}

export function useAlarmList({ isOpenOnly, severity }: AlarmFilter): AlarmList {
  const alarms = useAlarms();
  const [list, setList] = useState<readonly Alarm[]>();
  const [error, setError] = useState<string>();
  const [next, setNext] = useState<string | null>(null);

  const read = useCallback(
    (after: string | null) => {
      const open = isOpenOnly ? true : null;
      return request(AlarmsOperation, { open, severity: severity ? [severity] : null, after });
    },
    [isOpenOnly, severity],
  );
  const fits = useCallback(
    (alarm: Alarm) =>
      (severity === undefined || alarm.severity === severity) &&
      !(isOpenOnly && alarm.clearedAt !== null),
    [isOpenOnly, severity],
  );

  useEffect(() => {
    let isWanted = true;
    setList(undefined);
    read(null).then(
      ({ alarms: page }) => {
        if (!isWanted) return;
        setList(page.nodes);
        setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
        setError(undefined);
      },
      (failure: Error) => isWanted && setError(failure.message),
    );
    const unlisten = alarms.onChange((alarm) =>
      setList((now) => now && withChange(now, alarm, fits(alarm))),
    );
    return () => {
      isWanted = false;
      unlisten();
    };
  }, [alarms, read, fits]);

  const readMore = () =>
    read(next).then(
      ({ alarms: page }) => {
        setList((now = []) => [
          ...now,
          ...page.nodes.filter(({ id }) => now.every((alarm) => alarm.id !== id)),
        ]);
        setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
      },
      (failure: Error) => setError(failure.message),
    );
  return { list, error, readMore: next === null ? undefined : readMore };
}

/** A list with an alarm replaced in its place, put at the begin where it is new, or taken out where it no longer fits. */
export function withChange(
  list: readonly Alarm[],
  alarm: Alarm,
  isWanted: boolean,
): readonly Alarm[] {
  if (!isWanted) return list.filter(({ id }) => id !== alarm.id);
  if (list.some(({ id }) => id === alarm.id))
    return list.map((one) => (one.id === alarm.id ? alarm : one));
  return [alarm, ...list];
}
