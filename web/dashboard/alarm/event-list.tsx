// The list of events of the fleet, as they happen.

import { Power } from "../parts/power.tsx";
import { Said } from "../parts/said.tsx";
import { assetAddress } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import type { FleetEvent } from "./fleet-events.ts";
import { useFleetEvents } from "./use-fleet-events.ts";

export function EventList() {
  const { events, error } = useFleetEvents();
  return (
    <section className="card" aria-labelledby="events-title">
      <h2 id="events-title">{words.alarm.events}</h2>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {events.length === 0 && error === undefined && <p className="empty">{words.alarm.noEvent}</p>}
      {/* It scrolls: keys reach it by its links. */}
      <ol className="events">
        {events.map((event) => (
          <EventItem key={event.key} event={event} />
        ))}
      </ol>
    </section>
  );
}

function EventItem({ event }: { event: FleetEvent }) {
  const { atMs, asset } = event;
  return (
    <li>
      <time dateTime={new Date(atMs).toISOString()} title={formats.moment(atMs)}>
        {formats.time(atMs)}
      </time>{" "}
      <a href={assetAddress(asset.id)}>{asset.name}</a>{" "}
      {event.kind === "dispatch" ? <DispatchChange event={event} /> : words.alarm[event.kind]}
    </li>
  );
}

function DispatchChange({ event }: { event: Extract<FleetEvent, { kind: "dispatch" }> }) {
  return (
    <>
      <Power mw={event.mw} /> {termOf(event.to)}
      {event.reason !== null && <span className="muted"> · {termOf(event.reason)}</span>}
    </>
  );
}
