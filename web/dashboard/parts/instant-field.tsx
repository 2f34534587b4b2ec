// A field for an instant in the chosen time zone, which offers both offsets where the clock shows a time twice.
import { formats } from "../text/format.ts";
import { type InstantDraft, readInstant } from "../text/instant.ts";
import { words } from "../text/words.ts";
import { Field } from "./field.tsx";

interface InstantFieldProps {
  readonly label: string;
  readonly value: InstantDraft;
  readonly put: (value: InstantDraft) => void;
  /** An error beyond those of the instant itself. */
  readonly error?: string | undefined;
  /** Whether an empty field is an error too. */
  readonly isRequired: boolean;
}

export function InstantField({ label, value, put, error, isRequired }: InstantFieldProps) {
  const read = readInstant(value, formats.timeZone);
  const own = "wrong" in read && (isRequired || value.text !== "") ? read.wrong : undefined;
  return (
    <Field label={label} error={own ?? error}>
      {(input) => (
        <span className="instant">
          <input
            {...input}
            type="datetime-local"
            step="1"
            value={value.text}
            onChange={({ currentTarget }) => put({ text: currentTarget.value, offset: "" })}
          />
          {read.offsets.length > 0 && (
            <select
              aria-label={words.form.offsetOf(label)}
              value={read.offsets.includes(value.offset) ? value.offset : ""}
              onChange={({ currentTarget }) => put({ ...value, offset: currentTarget.value })}
            >
              <option value="" disabled>
                {words.form.offset}
              </option>
              {read.offsets.map((offset) => (
                <option key={offset}>{offset}</option>
              ))}
            </select>
          )}
        </span>
      )}
    </Field>
  );
}
