// The list of the dispatches of an asset.
import { useState } from "react";
import { change } from "./api.ts";
import { formats } from "./format.ts";
import { Cancel, type DispatchPartsFragment } from "./operations.ts";
import { Power } from "./power.tsx";
import type { Dispatches } from "./use-dispatches.ts";

/** The dispatches of an asset with their status, newest first. */
export function DispatchList({ dispatches }: { dispatches: Dispatches }) {
  const { list, error } = dispatches;
  return (
    <section className="card" aria-label="Dispatches">
      <h2>Dispatches</h2>
      {error !== undefined && <p role="alert">{error}</p>}
      {list === undefined && error === undefined && <div className="skeleton" />}
      {list?.length === 0 && <p className="empty">No dispatch yet.</p>}
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
        <span className={`pill ${status.toLowerCase()}`}>{formats.word(status)}</span>
        <span className="muted">{windowWords(dispatch)}</span>
        <span className="muted">{deliveredWords(dispatch)}</span>
        {isOpen && (
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        )}
      </div>
      <Shortfall dispatch={dispatch} isOpen={isOpen} />
      <ol className="life" aria-label="Its life">
        {events.map(({ timestamp, to, reason }) => (
          <li key={`${timestamp} ${to} ${reason}`}>
            <time dateTime={timestamp}>{formats.time(Date.parse(timestamp))}</time>{" "}
            {formats.word(to)}
            {reason !== null && <span className="muted"> · {formats.word(reason)}</span>}
          </li>
        ))}
      </ol>
      {refusal !== undefined && <p role="alert">{refusal}</p>}
    </li>
  );
}

interface ShortfallProps {
  readonly dispatch: DispatchPartsFragment;
  readonly isOpen: boolean;
}

/** What a dispatch will not deliver, or did not deliver. */
function Shortfall({ dispatch: { shortfall, status }, isOpen }: ShortfallProps) {
  if (shortfall === null) return null;
  const { from, missingMwhr, limitedBy, reason } = shortfall;
  const missing = missingMwhr === null ? "energy" : formats.energy(missingMwhr);
  const since = `from ${formats.moment(Date.parse(from))}`;
  const limit = limitedBy === null ? "" : `, limited by ${formats.word(limitedBy)}`;
  const what = isOpen
    ? `Promise at risk: ${missing} will be missing`
    : `${status === "COMPLETED" ? "Ended short" : "Delivered less"}: ${missing} was missing`;
  return (
    <p className="outcome fair">
      {what} {since}
      {limit}: {SHORTFALL_WORDS[reason]}.
    </p>
  );
}

const SHORTFALL_WORDS = {
  LIMIT: "the limit cuts its power",
  SITE: "its site carries no more",
  LEASE: "a dispatch was not renewed in time",
  CANCEL: "a dispatch before it was cancelled, or the schedule replaced",
  ASSET_CHANGED: "the battery or its site was changed",
  SERVER_DOWN: "the server did not run for a while",
} as const;

function deliveredWords({ deliveredMwhr }: DispatchPartsFragment): string {
  const energy = formats.energy(Math.abs(deliveredMwhr));
  return deliveredMwhr < 0 ? `${energy} taken from the grid` : `${energy} given to the grid`;
}

function windowWords({ startAt, durationS, endAt }: DispatchPartsFragment): string {
  const start = formats.moment(Date.parse(startAt));
  if (durationS !== null) return `${start}, for ${formats.duration(durationS)}`;
  if (endAt !== null) return `${start} to ${formats.time(Date.parse(endAt))}`;
  return `${start}, until the next`;
}
