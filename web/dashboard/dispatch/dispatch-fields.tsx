// The fields of the form of a dispatch, for one asset or several.
import { presentMs, useSteadyLive } from "../live/use-live.ts";
import { TextField } from "../parts/field.tsx";
import { InstantField } from "../parts/instant-field.tsx";
import { ARROWS, formats } from "../text/format.ts";
import { draftOf } from "../text/instant.ts";
import { fieldText, readNumber } from "../text/number.ts";
import { words } from "../text/words.ts";
import { type Draft, type DraftErrors, durationText, UNIT_S, usualPolicy } from "./draft.ts";
import { PolicyField } from "./policy-field.tsx";

/** What an asset could do now. */
export interface Headroom {
  readonly charge: number | undefined;
  readonly discharge: number | undefined;
}

interface DispatchFieldsProps {
  readonly draft: Draft;
  readonly edit: (part: Partial<Draft>) => void;
  readonly errors: DraftErrors;
  /** Highest power in the chosen direction, in MW; left out: the form has no slider. */
  readonly highestMw?: number;
  readonly headroom?: Headroom;
}

export function DispatchFields({ headroom, highestMw, ...field }: DispatchFieldsProps) {
  const { draft, edit, errors } = field;
  return (
    <>
      <Directions {...{ draft, edit }} {...(headroom && { headroom })} />
      <div className="with-slider">
        <TextField
          label={words.dispatch.power}
          name="power"
          isNumber
          placeholder="0"
          value={draft.power}
          put={(power) => edit({ power })}
          error={errors.power}
        />
        {highestMw !== undefined && highestMw > 0 && <PowerSlider {...{ ...field, highestMw }} />}
      </div>
      <StartField {...field} />
      <DurationField {...field} />
      <TextField
        label={words.dispatch.lease}
        name="lease"
        isNumber
        hint={words.dispatch.leaseHint}
        placeholder={words.dispatch.noLease}
        value={draft.lease}
        put={(lease) => edit({ lease })}
        error={errors.lease}
      />
      <PolicyField
        policy={draft.onShortfall ?? usualPolicy(draft)}
        choose={(onShortfall) => edit({ onShortfall })}
      />
    </>
  );
}

type FieldProps = Pick<DispatchFieldsProps, "draft" | "edit">;
type WrongProps = FieldProps & Pick<DispatchFieldsProps, "errors">;

function Directions({ draft, edit, headroom }: FieldProps & { readonly headroom?: Headroom }) {
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
              {headroom?.[direction] !== undefined &&
                words.dispatch.upTo(formats.power(headroom[direction]))}
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function PowerSlider({ draft, edit, highestMw }: FieldProps & { readonly highestMw: number }) {
  const read = readNumber(draft.power);
  return (
    <input
      type="range"
      aria-label={words.dispatch.powerSlider}
      min="0"
      max={highestMw}
      step={highestMw / 100}
      value={"value" in read ? read.value : 0}
      onChange={(event) => edit({ power: fieldText(event.currentTarget.valueAsNumber) })}
    />
  );
}

function StartField({ draft, edit, errors }: WrongProps) {
  const live = useSteadyLive();
  const choose = (starts: Draft["starts"]) => {
    const isFirst = starts === "at" && draft.start.text === "";
    edit(isFirst ? { starts, start: draftOf(nextQuarterMs(presentMs(live))) } : { starts });
  };
  return (
    <fieldset className="field">
      <legend>{words.dispatch.start}</legend>
      <div className="segments">
        {(["now", "at"] as const).map((starts) => (
          <button
            type="button"
            key={starts}
            aria-pressed={draft.starts === starts}
            onClick={() => choose(starts)}
          >
            {starts === "now" ? words.dispatch.startNow : words.dispatch.startAt}
          </button>
        ))}
      </div>
      {draft.starts === "at" && (
        <InstantField
          label={words.dispatch.startIn(formats.timeZone)}
          value={draft.start}
          put={(start) => edit({ start })}
          error={errors.start}
          isRequired
        />
      )}
    </fieldset>
  );
}

const QUARTER_MS = 900_000;
const nextQuarterMs = (nowMs: number) => (Math.floor(nowMs / QUARTER_MS) + 1) * QUARTER_MS;

/** Durations to choose, in s; null: until the next dispatch. */
const DURATIONS_S = [900, 3600, 7200, null] as const;

function DurationField({ draft, edit, errors }: WrongProps) {
  const { unit, duration } = draft;
  return (
    <div className="field">
      <div className="with-unit">
        <TextField
          label={words.dispatch.duration(unit)}
          name="duration"
          isNumber
          placeholder={words.dispatch.durationHint}
          value={duration}
          put={(text) => edit({ duration: text })}
          error={errors.duration}
        />
        <select
          aria-label={words.dispatch.unit}
          value={unit}
          onChange={({ currentTarget }) =>
            edit({ unit: currentTarget.value === "h" ? "h" : "min" })
          }
        >
          {Object.keys(UNIT_S).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
      <div className="segments">
        {DURATIONS_S.map((seconds) => {
          const text = seconds === null ? "" : durationText(seconds, unit);
          return (
            <button
              type="button"
              key={seconds}
              aria-pressed={duration.trim() === text}
              onClick={() => edit({ duration: text })}
            >
              {seconds === null ? words.dispatch.untilNextOne : formats.duration(seconds)}
            </button>
          );
        })}
      </div>
    </div>
  );
}
