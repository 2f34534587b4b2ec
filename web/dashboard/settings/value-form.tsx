// The form in which a new value of a setting is typed, and proposed.
import { type FormEvent, useRef, useState } from "react";
import { Field, focusFirstError } from "../parts/field.tsx";
import { SubmitButton } from "../parts/submit-button.tsx";
import { words } from "../text/words.ts";
import type { Setting } from "./setting-groups.ts";
import type { ProposalState } from "./use-proposal.ts";
import { draftOf, readDraft } from "./value-draft.ts";
import { fieldOf } from "./value-field.ts";
import { ValueInput } from "./value-input.tsx";
import { rangeText, unitText } from "./value-text.ts";

interface ValueFormProps {
  readonly setting: Setting;
  readonly proposal: ProposalState;
  /** Takes the value of the scope back. */
  readonly onReset: (() => void) | undefined;
}

/** What was typed, and the version of the setting at that time: a change since then is a conflict. */
interface Edit {
  readonly text: string;
  readonly version: number;
}

export function ValueForm({ setting, proposal, onReset }: ValueFormProps) {
  const { jsonSchema, unit, value, version } = setting;
  const field = fieldOf(jsonSchema);
  const [edit, setEdit] = useState<Edit>();
  const [isPressed, setPressed] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const text = edit?.text ?? draftOf(field, value);
  const read = readDraft(field, text);
  const isShown = isPressed || edit !== undefined;
  const wrong = "wrong" in read && isShown ? read.wrong : undefined;
  const refused = proposal.failure?.isOfValue ? proposal.failure.message : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    setPressed(true);
    if ("wrong" in read) focusFirstError(form.current);
    else proposal.propose({ kind: "change", value: read.value }, edit?.version ?? version);
  }

  return (
    <form ref={form} className="value-form" onSubmit={submit} noValidate>
      <Field
        label={unit === null ? words.settings.newValue : words.settings.newValueIn(unitText(unit))}
        hint={rangeText(field, unit)}
        error={wrong ?? refused}
      >
        {(input) => (
          <ValueInput
            {...{ input, field, text }}
            put={(typed) => {
              setEdit({ text: typed, version: edit?.version ?? version });
              proposal.dismiss();
            }}
          />
        )}
      </Field>
      <div className="value-buttons">
        <SubmitButton isSending={proposal.isSending}>{words.settings.preview}</SubmitButton>
        {onReset !== undefined && (
          <button type="button" onClick={onReset}>
            {setting.scope === "platform" ? words.settings.resetToDefault : words.settings.reset}
          </button>
        )}
      </div>
    </form>
  );
}
