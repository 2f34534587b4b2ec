// The intervals of a schedule as rows of a form.

import { words } from "../text/words.ts";
import type { DraftInterval } from "./schedule-draft.ts";

interface ScheduleRowsProps {
  readonly rows: readonly DraftInterval[];
  readonly edit: (rows: readonly DraftInterval[]) => void;
}

/** The intervals of a schedule, a row each, to be typed. */
export function ScheduleRows({ rows, edit }: ScheduleRowsProps) {
  return (
    <ol className="intervals">
      {rows.map((row, index) => (
        <li key={row.key}>
          <fieldset aria-label={words.schedule.interval(index + 1)}>
            <ScheduleFields
              row={row}
              put={(part) =>
                edit(rows.map((other) => (other === row ? { ...row, ...part } : other)))
              }
            />
            <button
              type="button"
              aria-label={words.schedule.removeInterval(index + 1)}
              onClick={() => edit(rows.filter((other) => other !== row))}
            >
              ✕
            </button>
          </fieldset>
        </li>
      ))}
    </ol>
  );
}

interface ScheduleFieldsProps {
  readonly row: DraftInterval;
  readonly put: (part: Partial<DraftInterval>) => void;
}

function ScheduleFields({ row, put }: ScheduleFieldsProps) {
  return (
    <>
      <InstantField label={words.schedule.from} value={row.from} put={(from) => put({ from })} />
      <InstantField
        label={words.schedule.until}
        value={row.until}
        put={(until) => put({ until })}
      />
      <label className="field">
        {words.schedule.direction}
        <select
          value={row.direction}
          onChange={({ currentTarget }) =>
            put({ direction: currentTarget.value === "charge" ? "charge" : "discharge" })
          }
        >
          <option value="discharge">↑ {words.dispatch.discharge}</option>
          <option value="charge">↓ {words.dispatch.charge}</option>
        </select>
      </label>
      <label className="field">
        {words.schedule.power}
        <input
          inputMode="decimal"
          autoComplete="off"
          value={row.power}
          onChange={(event) => put({ power: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

interface InstantFieldProps {
  readonly label: string;
  readonly value: string;
  readonly put: (value: string) => void;
}

function InstantField({ label, value, put }: InstantFieldProps) {
  return (
    <label className="field">
      {label}
      <input
        type="datetime-local"
        step="1"
        value={value}
        onChange={(event) => put(event.currentTarget.value)}
      />
    </label>
  );
}
