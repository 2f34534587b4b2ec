// A dialog with the details of one dispatch.

import { useMemo } from "react";
import { OneDispatch, type OneDispatchQuery } from "../api/operations.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Power } from "../parts/power.tsx";
import { Said } from "../parts/said.tsx";
import { assetAddress } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { shortfallWords } from "./shortfall-words.ts";

interface DispatchDialogProps {
  /** The dispatch; undefined: none is looked at. */
  readonly id: string | undefined;
  readonly hasName: boolean;
  readonly onClose: () => void;
}

export function DispatchDialog({ id, hasName, onClose }: DispatchDialogProps) {
  return (
    <Dialog title={words.timeline.dispatch} isOpen={id !== undefined} onClose={onClose}>
      {id !== undefined && <Details id={id} hasName={hasName} />}
      <div className="actions">
        <button type="button" onClick={onClose}>
          {words.timeline.close}
        </button>
      </div>
    </Dialog>
  );
}

function Details({ id, hasName }: { readonly id: string; readonly hasName: boolean }) {
  const { data, error } = useAnswer(
    OneDispatch,
    useMemo(() => ({ id }), [id]),
  );
  if (error !== undefined)
    return (
      <p role="alert">
        <Said text={error} />
      </p>
    );
  if (data === undefined) return <p role="status">{words.page.loading}</p>;
  const { dispatch } = data;
  if (dispatch === null) return <p role="status">{words.timeline.unknown}</p>;
  return <Known dispatch={dispatch} hasName={hasName} />;
}

interface KnownProps {
  readonly dispatch: NonNullable<OneDispatchQuery["dispatch"]>;
  readonly hasName: boolean;
}

function Known({ dispatch, hasName }: KnownProps) {
  const { mw, status, asset, startAt, endAt, endedAt, deliveredMwhr, shortfall, events } = dispatch;
  const end = endedAt ?? endAt;
  const start = formats.moment(Date.parse(startAt));
  const energy = formats.energy(Math.abs(deliveredMwhr));
  return (
    <div className="dispatch-details">
      {hasName && <a href={assetAddress(asset.id)}>{asset.name}</a>}
      <p className="dispatch-head">
        <Power mw={mw} />
        <span className={`pill ${status.toLowerCase()}`}>{termOf(status)}</span>
      </p>
      <p>
        {end === null
          ? words.dispatch.untilNext(start)
          : words.dispatch.fromTo(start, formats.moment(Date.parse(end)))}
      </p>
      <p>{deliveredMwhr < 0 ? words.dispatch.drawn(energy) : words.dispatch.delivered(energy)}</p>
      {shortfall !== null && <p className="outcome fair">{shortfallWords(status, shortfall)}</p>}
      <ol className="changes" aria-label={words.dispatch.history}>
        {events.map(({ timestamp, to, reason }) => (
          <li key={`${timestamp} ${to} ${reason}`}>
            <time dateTime={timestamp}>{formats.time(Date.parse(timestamp))}</time> {termOf(to)}
            {reason !== null && <span className="muted"> · {termOf(reason)}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
