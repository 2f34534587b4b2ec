// The fields of the form of a dispatch.

import type { AssetQuery } from "../api/operations.ts";
import { useLive } from "../live/use-live.ts";
import { ARROWS, formats } from "../text/format.ts";
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
      <legend>Direction</legend>
      {(["discharge", "charge"] as const).map((direction) => (
        <label key={direction} className={direction}>
          <input
            type="radio"
            name="direction"
            checked={draft.direction === direction}
            onChange={() => edit({ direction })}
          />
          <span className="choice">
            <span aria-hidden="true">{ARROWS[direction]}</span>{" "}
            {direction === "charge" ? "Charge" : "Discharge"}
            <small>
              {direction === "charge" ? "from the grid" : "to the grid"}
              {headroom[direction] !== undefined && `, up to ${formats.power(headroom[direction])}`}
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
      <label htmlFor="power">Power in MW</label>
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
        aria-label="Power in MW, as a slider"
        min="0"
        max={highestMw}
        step={highestMw / 100}
        value={draft.power.replace(",", ".") || 0}
        onChange={(event) => edit({ power: event.currentTarget.value })}
      />
    </div>
  );
}

const DURATIONS = [
  ["15 min", "15"],
  ["1 h", "60"],
  ["2 h", "120"],
  ["Until the next", ""],
] as const;

export function DurationField({ draft, edit }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor="minutes">Duration in min</label>
      <input
        id="minutes"
        inputMode="decimal"
        autoComplete="off"
        placeholder="until the next dispatch"
        value={draft.minutes}
        onChange={(event) => edit({ minutes: event.currentTarget.value })}
      />
      <div className="segments">
        {DURATIONS.map(([label, minutes]) => (
          <button
            type="button"
            key={label}
            aria-pressed={draft.minutes === minutes}
            onClick={() => edit({ minutes })}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
