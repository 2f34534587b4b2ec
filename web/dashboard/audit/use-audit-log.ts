// A hook for the records of the audit log, page by page, with those to come.
import { useCallback, useEffect, useRef, useState } from "react";
import { request } from "../api/api.ts";
import { AuditEvents, AuditLog } from "../api/operations.ts";
import { followList } from "../live/follow-list.ts";
import { useSteadyLive } from "../live/use-live.ts";
import {
  type AuditFilter,
  type AuditPage,
  type AuditRecord,
  isSelected,
  variablesOf,
  withNewest,
  withPage,
  withRecord,
} from "./audit-filter.ts";

interface AuditList {
  /** Undefined before the first page is read. */
  readonly records: readonly AuditRecord[] | undefined;
  readonly error: string | undefined;
  readonly isReading: boolean;
  /** Reads the next page; undefined where there is none. */
  readonly readMore: (() => void) | undefined;
}

/** @param filter The same object until it changes. */
export function useAuditLog(filter: AuditFilter): AuditList {
  const { client } = useSteadyLive();
  const [page, setPage] = useState<AuditPage>();
  const [error, setError] = useState<string>();
  const [isReading, setReading] = useState(false);
  /** The filter of what is shown: a page that comes later is of another list. */
  const shown = useRef(filter);
  shown.current = filter;
  const read = useCallback((after: string | null) => readPage(filter, after), [filter]);

  useEffect(() => {
    setPage(undefined);
    setError(undefined);
    return followList(
      client,
      AuditEvents,
      {},
      {
        read: () => read(null),
        onRead(newest) {
          setPage((now) => withNewest(now, newest));
          setError(undefined);
        },
        onEvent({ auditEvents: { record } }) {
          if (isSelected(record, filter)) setPage((now) => now && withRecord(now, record));
        },
        onError: ({ message }) => setError(message),
      },
    );
  }, [client, read, filter]);

  async function readMore(after: string): Promise<void> {
    setReading(true);
    try {
      const more = await read(after);
      if (shown.current === filter) setPage((now) => now && withPage(now, more));
    } catch (failure) {
      if (shown.current === filter) setError((failure as Error).message);
    } finally {
      setReading(false);
    }
  }

  const next = page?.next ?? null;
  return {
    ...{ records: page?.records, error, isReading },
    readMore: next === null || isReading ? undefined : () => void readMore(next),
  };
}

async function readPage(filter: AuditFilter, after: string | null): Promise<AuditPage> {
  const { nodes, pageInfo } = (await request(AuditLog, variablesOf(filter, after))).auditLog;
  return { records: nodes, next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}
