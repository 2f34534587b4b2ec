// A hook for the list of alarms, page by page, kept up to date.
import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../api/api.ts";
import { AlarmEvents, Alarms as AlarmsOperation, type AlarmsQuery } from "../api/operations.ts";
import { followList } from "../live/follow-list.ts";
import { useSteadyLive } from "../live/use-live.ts";
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
  const { client } = useSteadyLive();
  const alarms = useAlarms();
  const [list, setList] = useState<readonly Alarm[]>();
  const [error, setError] = useState<string>();
  const [next, setNext] = useState<string | null>(null);
  const shownCount = useRef(0);
  shownCount.current = list?.length ?? 0;

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
    setList(undefined);
    const put = (alarm: Alarm) => setList((now) => now && withChange(now, alarm, fits(alarm)));
    const unfollow = followList(
      client,
      AlarmEvents,
      {},
      {
        read: () => readAtLeast(shownCount.current, read),
        onRead({ nodes, pageInfo }) {
          setList(nodes);
          setNext(nextOf(pageInfo));
          setError(undefined);
        },
        onEvent: ({ alarmEvents }) => put(alarmEvents.alarm),
        onError: ({ message }) => setError(message),
      },
    );
    // The answer to an acknowledgement comes before its event.
    const unlisten = alarms.onChange(put);
    return () => {
      unfollow();
      unlisten();
    };
  }, [client, alarms, read, fits]);

  const readMore = () =>
    read(next).then(
      ({ alarms: page }) => {
        setList((now = []) => [
          ...now,
          ...page.nodes.filter(({ id }) => now.every((alarm) => alarm.id !== id)),
        ]);
        setNext(nextOf(page.pageInfo));
      },
      (failure: Error) => setError(failure.message),
    );
  return { list, error, readMore: next === null ? undefined : readMore };
}

type ReadPage = (after: string | null) => Promise<AlarmsQuery>;

const nextOf = ({ hasNextPage, endCursor }: AlarmsQuery["alarms"]["pageInfo"]) =>
  hasNextPage ? endCursor : null;

/** Pages from the first one on, with so many alarms or more where there are as many. */
async function readAtLeast(count: number, read: ReadPage): Promise<AlarmsQuery["alarms"]> {
  const nodes: Alarm[] = [];
  let after: string | null = null;
  for (;;) {
    const { alarms: page }: AlarmsQuery = await read(after);
    nodes.push(...page.nodes);
    after = nextOf(page.pageInfo);
    if (after === null || nodes.length >= count) return { nodes, pageInfo: page.pageInfo };
  }
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
