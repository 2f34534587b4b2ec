// One dispatch of a list, with its status over time, its lease, and the buttons that change it.

import { useState } from "react";
import { change } from "../api/api.ts";
import { Renew } from "../api/operations.ts";
import { Power } from "../parts/power.tsx";
import { Said } from "../parts/said.tsx";
import { useSending } from "../parts/use-sending.ts";
import { formats } from "../text/format.ts";
import { codeText } from "../text/server-text.ts";
import { termOf, words } from "../text/words.ts";
import { deliveredWords, nameOf, renewedWords, windowWords } from "./item-words.ts";
import { type DispatchItem, isOpen } from "./listed.ts";
import { shortfallWords } from "./shortfall-words.ts";

interface DispatchItemRowProps {
  readonly dispatch: DispatchItem;
  readonly put: (dispatch: DispatchItem) => void;
  /** Whether the person may change it while it is open. */
  readonly isChangeable: boolean;
  readonly onCancel: () => void;
  /** Is called with what a change did. */
  readonly onDone: (message: string) => void;
}

export function DispatchItemRow(props: DispatchItemRowProps) {
  const { dispatch, put, isChangeable, onCancel, onDone } = props;
  const [refusal, setRefusal] = useState<string>();
  const { isSending, once } = useSending();
  const { status, events, leaseUntil, scheduleId } = dispatch;
  const isDispatchOpen = isOpen(dispatch);

  async function renew(): Promise<void> {
    setRefusal(undefined);
    try {
      const { dispatchRenew: answer } = await change(Renew, { id: dispatch.id });
      if (answer.__typename !== "DispatchChanged")
        return setRefusal(codeText(answer.code, answer.message));
      put(answer.dispatch);
      onDone(renewedWords(answer.dispatch));
    } catch (error) {
      setRefusal((error as Error).message);
    }
  }

  return (
    <li className={isDispatchOpen ? "open" : ""}>
      <div className="dispatch-head">
        <Power mw={dispatch.mw} />
        <span className={`pill ${status.toLowerCase()}`}>{termOf(status)}</span>
        <span className="muted">{windowWords(dispatch)}</span>
        {status !== "ACCEPTED" && <span className="muted">{deliveredWords(dispatch)}</span>}
        {scheduleId !== null && <span className="muted">{words.dispatch.ofSchedule}</span>}
        {isDispatchOpen && isChangeable && (
          <span className="dispatch-buttons">
            {leaseUntil !== null && (
              <button
                type="button"
                aria-disabled={isSending}
                onClick={() => once(renew)}
                aria-label={words.dispatch.renew(nameOf(dispatch))}
              >
                {words.dispatch.renewShort}
              </button>
            )}
            <button
              type="button"
              onClick={onCancel}
              aria-label={words.dispatch.cancel(
                formats.signedPower(dispatch.mw),
                formats.moment(Date.parse(dispatch.startAt)),
              )}
            >
              {words.page.cancel}
            </button>
          </span>
        )}
      </div>
      {isDispatchOpen && leaseUntil !== null && (
        <p className="muted">{words.dispatch.leaseUntil(formats.moment(Date.parse(leaseUntil)))}</p>
      )}
      {dispatch.shortfall !== null && (
        <p className="outcome fair">{shortfallWords(status, dispatch.shortfall)}</p>
      )}
      <ol className="changes" aria-label={words.dispatch.history}>
        {events.map(({ timestamp, to, reason }) => (
          <li key={`${timestamp} ${to} ${reason}`}>
            <time dateTime={timestamp}>{formats.time(Date.parse(timestamp))}</time> {termOf(to)}
            {reason !== null && <span className="muted"> · {termOf(reason)}</span>}
          </li>
        ))}
      </ol>
      {refusal !== undefined && (
        <p role="alert">
          <Said text={refusal} />
        </p>
      )}
    </li>
  );
}
