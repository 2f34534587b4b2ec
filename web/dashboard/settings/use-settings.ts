// A hook for the settings of a scope, read again whenever one of them is changed.
import { useEffect, useState } from "react";
import { request } from "../api/api.ts";
import { AuditEvents, Settings } from "../api/operations.ts";
import { followList } from "../live/follow-list.ts";
import { keepReading } from "../live/keep-reading.ts";
import { useSteadyLive } from "../live/use-live.ts";
import type { Setting } from "./setting-groups.ts";

interface SettingList {
  /** Undefined before they are read. */
  readonly settings: readonly Setting[] | undefined;
  readonly error: string | undefined;
  /** Shows a setting as it is known to be now. */
  apply(now: Setting): void;
}

/** @param asOf An instant in RFC 3339; undefined: the present. */
export function useSettings(scope: string, asOf: string | undefined): SettingList {
  const { client } = useSteadyLive();
  const [settings, setSettings] = useState<readonly Setting[]>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    setSettings(undefined);
    setError(undefined);
    const read = async () => (await request(Settings, { scope, asOf })).settings;
    const onRead = (listed: readonly Setting[]) => {
      setSettings(listed);
      setError(undefined);
    };
    const onError = ({ message }: Error) => setError(message);
    let stopReading = () => {};
    const unfollow = followList(
      client,
      AuditEvents,
      {},
      {
        ...{ read, onRead, onError },
        onEvent({ auditEvents: { record } }) {
          if (!record.action.startsWith("setting.") || record.outcome !== "done") return;
          stopReading();
          stopReading = keepReading(read, onRead, onError);
        },
      },
    );
    return () => {
      stopReading();
      unfollow();
    };
  }, [client, scope, asOf]);
  return {
    ...{ settings, error },
    apply: (now) => setSettings((all) => all?.map((one) => (one.id === now.id ? now : one))),
  };
}
