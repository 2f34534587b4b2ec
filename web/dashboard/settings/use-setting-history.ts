// A hook for the versions of a setting in a scope, page by page, the newest first.
import { useEffect, useState } from "react";
import { access } from "../../sign-in/page-access.ts";
import { signedFetch } from "../../sign-in/signed-fetch.ts";
import { addressOf } from "../api/address.ts";
import { ApiError } from "../api/api.ts";
import type { SettingVersionFragment } from "../api/operations.ts";
import { keepReading } from "../live/keep-reading.ts";
import { codeText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import type { Setting } from "./setting-groups.ts";

export type SettingVersion = SettingVersionFragment;

interface HistoryPage {
  readonly versions: readonly SettingVersion[];
  /** Of the page after it; null: there is none. */
  readonly next: string | null;
}

interface SettingHistory {
  /** Undefined before the first page is read. */
  readonly page: HistoryPage | undefined;
  readonly error: string | undefined;
  /** Reads the next page; undefined where there is none. */
  readonly readMore: (() => void) | undefined;
}

export function useSettingHistory({ id, scope, version }: Setting): SettingHistory {
  const [page, setPage] = useState<HistoryPage>();
  const [error, setError] = useState<string>();
  const [after, setAfter] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each version makes another history
  useEffect(() => {
    setAfter(undefined);
    return keepReading(
      () => readPage(id, scope),
      (first) => {
        setPage(first);
        setError(undefined);
      },
      ({ message }) => setError(message),
    );
  }, [id, scope, version]);
  useEffect(() => {
    if (after === undefined) return;
    return keepReading(
      () => readPage(id, scope, after),
      ({ versions, next }) => {
        setPage((now) => now && { versions: [...now.versions, ...versions], next });
        setAfter(undefined);
        setError(undefined);
      },
      ({ message }) => setError(message),
    );
  }, [id, scope, after]);
  const next = page?.next ?? null;
  const isAtEnd = next === null || after !== undefined;
  return { page, error, readMore: isAtEnd ? undefined : () => setAfter(next) };
}

interface HistoryJson {
  readonly versions: readonly {
    readonly version: number;
    readonly value: unknown;
    readonly is_reset: boolean;
    readonly changed_at: string;
    readonly changed_by: string;
    readonly reason: string | null;
  }[];
  readonly next: string | null;
}

/** Over REST, which reads the history of one setting alone. */
async function readPage(id: string, scope: string, after?: string): Promise<HistoryPage> {
  const query = new URLSearchParams({ scope, ...(after !== undefined && { after }) });
  const address = addressOf(`settings/${encodeURIComponent(id)}/history?${query}`);
  const answer = await signedFetch(access, address).catch(() => {
    throw new ApiError("UNREACHABLE", words.page.unreachable);
  });
  if (!answer.ok) {
    const { code = "ERROR", detail = "" } = (await answer.json()) as Problem;
    throw new ApiError(code, codeText(code, detail));
  }
  const { versions, next } = (await answer.json()) as HistoryJson;
  return {
    next,
    versions: versions.map((it) => ({
      ...{ version: it.version, value: it.value, isReset: it.is_reset, reason: it.reason },
      ...{ changedAt: it.changed_at, changedBy: it.changed_by },
    })),
  };
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}
