// A field of a form: its label, its input, a hint, and beside it what is wrong.

import { type ReactNode, useId } from "react";
import { Said } from "./said.tsx";

/** What the input of a field is given, so that it is known by its label, its hint and its error. */
export interface InputProps {
  readonly id: string;
  readonly "aria-invalid": boolean | undefined;
  readonly "aria-describedby": string | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value; left out: nothing, or nothing that is said yet. */
  readonly error?: string | undefined;
  readonly children: (input: InputProps) => ReactNode;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`];
  const describedBy = [hint !== undefined && hintId, error !== undefined && errorId]
    .filter(Boolean)
    .join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-invalid": error === undefined ? undefined : true,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
      })}
      {hint !== undefined && (
        <small id={hintId} className="muted">
          {hint}
        </small>
      )}
      {error !== undefined && <FieldError id={errorId}>{error}</FieldError>}
    </div>
  );
}

function FieldError({ id, children }: { id: string; children: string }) {
  return (
    <small id={id} className="field-error">
      <span aria-hidden="true">⚠ </span>
      <Said text={children} />
    </small>
  );
}

interface TextFieldProps extends Omit<FieldProps, "children"> {
  readonly value: string;
  readonly put: (value: string) => void;
  /** Whether it is a number, for keyboards on the screen. */
  readonly isNumber?: boolean;
  readonly placeholder?: string;
  readonly name?: string;
}

export function TextField(props: TextFieldProps) {
  const { value, put, isNumber = false, placeholder, name, ...field } = props;
  return (
    <Field {...field}>
      {(input) => (
        <input
          {...input}
          name={name}
          inputMode={isNumber ? "decimal" : "text"}
          autoComplete="off"
          placeholder={placeholder}
          value={value}
          onChange={(event) => put(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Moves the focus to the first field of a form that has an error, once it is drawn. */
export function focusFirstError(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
