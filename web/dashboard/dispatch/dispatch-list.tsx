// The list of the dispatches of an asset.
import { useState } from "react";
import { change } from "../api/api.ts";
import { Cancel, type DispatchPartsFragment } from "../api/operations.ts";
import { Power } from "../parts/power.tsx";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { shortfallWords } from "./shortfall-words.ts";
import type { Dispatches } from "./use-dispatches.ts";

/** The dispatches of an asset with their status, newest first. */
export function DispatchList({ dispatches }: { dispatches: Dispatches }) {
  const { list, error } = dispatches;
  return (
    <section className="card" aria-label={words.dispatch.dispatches}>
      <h2>{words.dispatch.dispatches}</h2>
      {error !== undefined && <p role="alert">{error}</p>}
      {list === undefined && error === undefined && <div className="skeleton" />}
      {list?.length === 0 && <p className="empty">{words.dispatch.empty}</p>}
      <ol className="dispatches">
        {list?.map((dispatch) => (
          <DispatchItem key={dispatch.id} dispatch={dispatch} put={dispatches.put} />
        ))}
      </ol>
    </section>
  );
}

interface DispatchItemProps {
  readonly dispatch: DispatchPartsFragment;
  readonly put: Dispatches["put"];
}

function DispatchItem({ dispatch, put }: DispatchItemProps) {
  const [refusal, setRefusal] = useState<string>();
  const { status, events } = dispatch;
  const isOpen = status === "ACCEPTED" || status === "ACTIVE";

  async function cancel(): Promise<void> {
    try {
      const { dispatchCancel } = await change(Cancel, { id: dispatch.id });
      if (dispatchCancel.__typename === "DispatchChanged") put(dispatchCancel.dispatch);
      else setRefusal(dispatchCancel.message);
    } catch (error) {
      setRefusal((error as Error).message);
    }
  }

  return (
    <li className={isOpen ? "open" : ""}>
      <div className="dispatch-head">
        <Power mw={dispatch.mw} />
        <span className={`pill ${status.toLowerCase()}`}>{termOf(status)}</span>
        <span className="muted">{windowWords(dispatch)}</span>
        <span className="muted">{deliveredWords(dispatch)}</span>
        {isOpen && (
          <button
            type="button"
            onClick={cancel}
            aria-label={words.dispatch.cancel(
              formats.signedPower(dispatch.mw),
              formats.moment(Date.parse(dispatch.startAt)),
            )}
          >
            {words.page.cancel}
          </button>
        )}
      </div>
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
      {refusal !== undefined && <p role="alert">{refusal}</p>}
    </li>
  );
}

function deliveredWords({ deliveredMwhr }: DispatchPartsFragment): string {
  const energy = formats.energy(Math.abs(deliveredMwhr));
  return deliveredMwhr < 0 ? words.dispatch.drawn(energy) : words.dispatch.delivered(energy);
}

function windowWords({ startAt, durationS, endAt }: DispatchPartsFragment): string {
  const start = formats.moment(Date.parse(startAt));
  if (durationS !== null) return words.dispatch.forLength(start, formats.duration(durationS));
  if (endAt !== null) return words.dispatch.fromTo(start, formats.time(Date.parse(endAt)));
  return words.dispatch.untilNext(start);
}
