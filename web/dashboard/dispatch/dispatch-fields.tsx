// The fields of the form of a dispatch.

import type { AssetQuery } from "../api/operations.ts";
import { useLive } from "../live/use-live.ts";
import { ARROWS, formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { Draft } from "./draft.ts";

interface FieldProps {
  readonly draft: Draft;
  readonly edit: (part: Partial<Draft>) => void;
}

type AssetFieldProps = FieldProps & { readonly asset: NonNullable<AssetQuery["asset"]> };

export function Directions({ asset, draft, edit }: AssetFieldProps) {
  const { fleet } = useLive();
  const place = fleet?.placeOf(asset.id);
  const headroom = {
    charge: place === undefined ? undefined : fleet?.columns.availableMinMw[place],
    discharge: place === undefined ? undefined : fleet?.columns.availableMaxMw[place],
  };
  return (
    <fieldset className="directions">
      <legend>{words.dispatch.direction}</legend>
      {(["discharge", "charge"] as const).map((direction) => (
        <label key={direction} className={direction}>
          <input
            type="radio"
            name="direction"
            checked={draft.direction === direction}
            onChange={() => edit({ direction })}
          />
          <span className="choice">
            <span aria-hidden="true">{ARROWS[direction]}</span> {words.dispatch[direction]}
            <small>
              {direction === "charge" ? words.dispatch.fromGrid : words.dispatch.toGrid}
              {headroom[direction] !== undefined &&
                words.dispatch.upTo(formats.power(headroom[direction]))}
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function PowerField({ asset, draft, edit }: AssetFieldProps) {
  const highestMw = draft.direction === "charge" ? -asset.minMw : asset.maxMw;
  return (
    <div className="field">
      <label htmlFor="power">{words.dispatch.power}</label>
      <input
        id="power"
        inputMode="decimal"
        autoComplete="off"
        placeholder="0"
        value={draft.power}
        onChange={(event) => edit({ power: event.currentTarget.value })}
      />
      <input
        type="range"
        aria-label={words.dispatch.powerSlider}
        min="0"
        max={highestMw}
        step={highestMw / 100}
        value={draft.power.replace(",", ".") || 0}
        onChange={(event) => edit({ power: event.currentTarget.value })}
      />
    </div>
  );
}

/** Durations to choose, in min; empty: until the next dispatch. */
const DURATIONS_MIN = ["15", "60", "120", ""] as const;

export function DurationField({ draft, edit }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor="minutes">{words.dispatch.duration}</label>
      <input
        id="minutes"
        inputMode="decimal"
        autoComplete="off"
        placeholder={words.dispatch.durationHint}
        value={draft.minutes}
        onChange={(event) => edit({ minutes: event.currentTarget.value })}
      />
      <div className="segments">
        {DURATIONS_MIN.map((minutes) => (
          <button
            type="button"
            key={minutes}
            aria-pressed={draft.minutes === minutes}
            onClick={() => edit({ minutes })}
          >
            {minutes === "" ? words.dispatch.untilNextOne : formats.duration(Number(minutes) * 60)}
          </button>
        ))}
      </div>
    </div>
  );
}
