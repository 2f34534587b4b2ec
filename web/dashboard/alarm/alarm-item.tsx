// One alarm: what it is about, since when, and the button that acknowledges it.

import { useRef, useState } from "react";
import { change } from "../api/api.ts";
import { AcknowledgeAlarm } from "../api/operations.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { Said } from "../parts/said.tsx";
import { useSending } from "../parts/use-sending.ts";
import { assetAddress, siteAddress } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { codeText } from "../text/server-text.ts";
import { isEnglish, termOf, words } from "../text/words.ts";
import { useIsOffered } from "../viewer/viewers.ts";
import { meaningOf } from "./alarm-meaning.ts";
import type { Alarm } from "./alarms.ts";
import { useAlarms } from "./use-alarms.ts";

/** The id of the heading of the list. */
export const LIST_TITLE = "alarms-title";

export function AlarmItem({ alarm }: { alarm: Alarm }) {
  const { severity, code, message, clearedAt } = alarm;
  return (
    <li className={`alarm ${severity.toLowerCase()} ${clearedAt === null ? "open" : ""}`}>
      <div className="alarm-head">
        <span className={`pill ${severity.toLowerCase()}`}>{termOf(severity)}</span>
        <strong>{termOf(code)}</strong>
        <Subject alarm={alarm} />
        <span className="muted">{timesOf(alarm)}</span>
        <Acknowledgement alarm={alarm} />
      </div>
      {!isEnglish() && <p>{meaningOf(code)}</p>}
      <p lang="en">{message}</p>
    </li>
  );
}

/** What an alarm is about, as a link. */
function Subject({ alarm: { assetId, siteId } }: { alarm: Alarm }) {
  const { fleet } = useSteadyLive();
  if (assetId !== null) {
    const place = fleet?.placeOf(assetId);
    const name = place === undefined ? undefined : fleet?.assets[place]?.name;
    return <a href={assetAddress(assetId)}>{name ?? words.asset.asset}</a>;
  }
  if (siteId === null) return null;
  return <a href={siteAddress(siteId)}>{words.fleet.columns.site}</a>;
}

function timesOf({ raisedAt, clearedAt }: Alarm): string {
  const raisedMs = Date.parse(raisedAt);
  const raised = formats.moment(raisedMs);
  if (clearedAt === null) return words.alarm.since(raised);
  const clearedMs = Date.parse(clearedAt);
  return words.alarm.forLength(raised, formats.duration((clearedMs - raisedMs) / 1000));
}

function Acknowledgement({ alarm }: { alarm: Alarm }) {
  const alarms = useAlarms();
  const [error, setError] = useState<string>();
  const { isSending, once } = useSending();
  const button = useRef<HTMLButtonElement>(null);
  const { id, code, raisedAt, acknowledgedAt, assetId, siteId } = alarm;
  const { fleet } = useSteadyLive();
  const place = assetId === null ? undefined : fleet?.placeOf(assetId);
  const ofSiteId = place === undefined ? siteId : fleet?.assets[place]?.site.id;
  const isOffered = useIsOffered("operate", {
    assetId: assetId ?? undefined,
    siteId: ofSiteId ?? undefined,
  });

  async function acknowledge(): Promise<void> {
    const later = laterButtons(button.current);
    try {
      const { acknowledgeAlarm: answer } = await change(AcknowledgeAlarm, { id });
      if (answer.__typename === "AlarmAcknowledged") {
        alarms.put(answer.alarm);
        focusFirst(later);
      } else setError(codeText(answer.code, answer.message));
    } catch (failure) {
      setError((failure as Error).message);
    }
  }

  if (acknowledgedAt !== null)
    return (
      <span className="muted">
        {words.alarm.acknowledged(formats.moment(Date.parse(acknowledgedAt)))}
      </span>
    );
  if (!isOffered) return null;
  return (
    <>
      <button
        type="button"
        ref={button}
        aria-disabled={isSending}
        onClick={() => once(acknowledge)}
        aria-label={words.alarm.acknowledgeOne(termOf(code), formats.moment(Date.parse(raisedAt)))}
      >
        {words.alarm.acknowledge}
      </button>
      {error !== undefined && (
        <span role="alert">
          <Said text={error} />
        </span>
      )}
    </>
  );
}

/** The buttons of the alarms after one. */
function laterButtons(from: HTMLButtonElement | null): readonly HTMLElement[] {
  const buttons = [...(from?.closest("ol")?.querySelectorAll("button") ?? [])];
  return from === null ? [] : buttons.slice(buttons.indexOf(from) + 1);
}

/** The button that was pressed is gone: the next one gets its focus, or the heading of the list. */
function focusFirst(buttons: readonly HTMLElement[]): void {
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return;
    const next = buttons.find(({ isConnected }) => isConnected);
    (next ?? document.getElementById(LIST_TITLE))?.focus();
  });
}
