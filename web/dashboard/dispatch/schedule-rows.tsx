// The intervals of a schedule as rows of a form.
import { memo, useCallback, useRef } from "react";
import { Field, TextField } from "../parts/field.tsx";
import { InstantField } from "../parts/instant-field.tsx";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import {
  type DraftInterval,
  type IntervalErrors,
  type RefusedRow,
  readInterval,
} from "./schedule-draft.ts";

interface ScheduleRowsProps {
  readonly rows: readonly DraftInterval[];
  readonly edit: (rows: readonly DraftInterval[]) => void;
  /** Whether empty fields are errors: once it was sent. */
  readonly isPressed: boolean;
  readonly refused: RefusedRow | undefined;
  /** How many rows are drawn, from the first on. */
  readonly count: number;
  readonly showMore: () => void;
}

/** The intervals of a schedule, a row each, to be typed. */
export function ScheduleRows(props: ScheduleRowsProps) {
  const { rows, edit, isPressed, refused, count, showMore } = props;
  const newest = useRef(rows);
  newest.current = rows;
  const put = useCallback(
    (key: number, part: Partial<DraftInterval> | undefined) =>
      edit(
        newest.current.flatMap((row) => {
          if (row.key !== key) return [row];
          return part === undefined ? [] : [{ ...row, ...part }];
        }),
      ),
    [edit],
  );
  return (
    <>
      <ol className="intervals">
        {rows.slice(0, count).map((row, index) => (
          <Row
            key={row.key}
            {...{ row, index, isPressed, put }}
            refused={refused?.index === index ? refused.errors : undefined}
          />
        ))}
      </ol>
      {rows.length > count && (
        <button type="button" className="more" onClick={showMore}>
          {words.schedule.moreRows(formats.count(rows.length - count))}
        </button>
      )}
    </>
  );
}

interface RowProps {
  readonly row: DraftInterval;
  readonly index: number;
  readonly isPressed: boolean;
  readonly refused: IntervalErrors | undefined;
  /** Changes a row, or removes it. */
  readonly put: (key: number, part: Partial<DraftInterval> | undefined) => void;
}

const Row = memo(function Row({ row, index, isPressed, refused, put }: RowProps) {
  const errors = { ...readInterval(row).errors, ...refused };
  const change = (part: Partial<DraftInterval>) => put(row.key, part);
  const isTyped = isPressed || row.power.trim() !== "";
  return (
    <li>
      <fieldset aria-label={words.schedule.interval(index + 1)}>
        <InstantField
          label={words.schedule.from}
          value={row.from}
          put={(from) => change({ from })}
          error={errors.from}
          isRequired={isPressed}
        />
        <InstantField
          label={words.schedule.until}
          value={row.until}
          put={(until) => change({ until })}
          error={errors.until}
          isRequired={isPressed}
        />
        <Field label={words.schedule.direction}>
          {(input) => (
            <select
              {...input}
              value={row.direction}
              onChange={({ currentTarget }) =>
                change({ direction: currentTarget.value === "charge" ? "charge" : "discharge" })
              }
            >
              <option value="discharge">↑ {words.dispatch.discharge}</option>
              <option value="charge">↓ {words.dispatch.charge}</option>
            </select>
          )}
        </Field>
        <TextField
          label={words.schedule.power}
          isNumber
          value={row.power}
          put={(power) => change({ power })}
          error={isTyped ? errors.power : undefined}
        />
        <button
          type="button"
          aria-label={words.schedule.removeInterval(index + 1)}
          onClick={() => put(row.key, undefined)}
        >
          ✕
        </button>
      </fieldset>
    </li>
  );
});
