// A form that changes the fleet: its fields, what is wrong beside each, and afterwards what was done.
import { type FormEvent, useRef, useState } from "react";
import type { ViolationsFragment } from "../api/operations.ts";
import { Field, focusFirstError, type InputProps, TextField } from "../parts/field.tsx";
import { Said } from "../parts/said.tsx";
import { SubmitButton } from "../parts/submit-button.tsx";
import { useSending } from "../parts/use-sending.ts";
import { words } from "../text/words.ts";
import {
  type ChangeField,
  changedValues,
  type FieldErrors,
  readFields,
  type Texts,
  type Values,
  violationErrors,
} from "./change-fields.ts";
import { violationWords } from "./violation-words.ts";

/** What became of a change. */
export type Sent =
  | {
      /** What was done. */
      readonly message: string;
      /** Where to see it. */
      readonly address?: string;
    }
  | { readonly violations: ViolationsFragment["violations"] };

interface ChangeFormProps {
  readonly fields: readonly ChangeField[];
  readonly initial: Texts;
  readonly action: string;
  /** Whether only what was changed is sent. */
  readonly isUpdate: boolean;
  /** Sends the change. May throw an ApiError. */
  readonly send: (values: Values) => Promise<Sent>;
  readonly close: () => void;
}

export function ChangeForm({ fields, initial, action, isUpdate, send, close }: ChangeFormProps) {
  const [texts, setTexts] = useState(initial);
  const [isPressed, setPressed] = useState(false);
  const { isSending, once } = useSending();
  const [refused, setRefused] = useState<FieldErrors>({});
  const [failures, setFailures] = useState<readonly string[]>([]);
  const [done, setDone] = useState<Extract<Sent, { readonly message: string }>>();
  const form = useRef<HTMLFormElement>(null);
  const { values, errors } = readFields(fields, texts);
  const wrong = Object.fromEntries(
    fields.flatMap(({ name }) => {
      const isTyped = isPressed || (texts[name] ?? "").trim() !== "";
      const error = refused[name] ?? (isTyped ? errors[name] : undefined);
      return error === undefined ? [] : [[name, error]];
    }),
  ) as FieldErrors;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSending) return;
    setPressed(true);
    setFailures([]);
    if (Object.keys(errors).length > 0) return focusFirstError(form.current);
    const chosen = isUpdate ? changedValues(values, initial, texts) : values;
    if (Object.keys(chosen).length === 0) return setFailures([words.changes.nothing]);
    await once(async () => {
      const sent = await send(chosen).catch((error: Error) => ({ failure: error.message }));
      if ("failure" in sent) setFailures([sent.failure]);
      else if ("message" in sent) setDone(sent);
      else showViolations(sent.violations);
    });
  }

  function showViolations(violations: ViolationsFragment["violations"]): void {
    const reasons = violations.map((one) => ({ ...one, message: violationWords(one) }));
    const found = violationErrors(fields, reasons);
    setRefused(found.errors);
    setFailures(found.others);
    focusFirstError(form.current);
  }

  if (done !== undefined) return <Done {...done} close={close} />;
  return (
    <form ref={form} className="change-form" onSubmit={submit} noValidate>
      <div className="change-fields">
        {fields.map((field) => (
          <OneField
            key={field.name}
            field={field}
            value={texts[field.name] ?? ""}
            put={(text) => {
              setTexts({ ...texts, [field.name]: text });
              setRefused({});
            }}
            error={wrong[field.name]}
          />
        ))}
      </div>
      {failures.map((message) => (
        <p key={message} className="outcome bad" role="alert">
          <Said text={message} />
        </p>
      ))}
      <div className="actions">
        <button type="button" onClick={close}>
          {words.form.back}
        </button>
        <SubmitButton className="primary" isSending={isSending}>
          {action}
        </SubmitButton>
      </div>
    </form>
  );
}

interface OneFieldProps {
  readonly field: ChangeField;
  readonly value: string;
  readonly put: (text: string) => void;
  readonly error: string | undefined;
}

function OneField({ field, value, put, error }: OneFieldProps) {
  const label = words.changes.fields[field.name];
  if (field.kind !== "choice")
    return (
      <TextField
        {...{ label, value, put, error }}
        isNumber={field.kind === "number"}
        placeholder={field.kind === "number" && field.isOptional ? words.page.none : ""}
      />
    );
  return (
    <Field {...{ label, error }}>
      {(input: InputProps) => (
        <select {...input} value={value} onChange={(event) => put(event.currentTarget.value)}>
          <option value="" disabled>
            {words.changes.choose}
          </option>
          {field.options.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface DoneProps {
  readonly message: string;
  readonly address?: string;
  readonly close: () => void;
}

function Done({ message, address, close }: DoneProps) {
  return (
    <div className="change-form">
      <p className="outcome good" role="status">
        {message}
      </p>
      <div className="actions">
        {address !== undefined && <a href={address}>{words.changes.show}</a>}
        {/* The button that was pressed is gone. */}
        <button type="button" ref={(it) => it?.focus()} onClick={close}>
          {words.form.close}
        </button>
      </div>
    </div>
  );
}
