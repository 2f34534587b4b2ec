// The input of a value of a setting: one line, several, or a choice, as its field is.
import type { InputProps } from "../parts/field.tsx";
import { words } from "../text/words.ts";
import type { ValueField } from "./value-field.ts";
import { valueText } from "./value-text.ts";

interface ValueInputProps {
  readonly input: InputProps;
  readonly field: ValueField;
  readonly text: string;
  readonly put: (text: string) => void;
}

export function ValueInput({ input, field, text, put }: ValueInputProps) {
  if (field.kind === "choice") return <Options {...{ input, text, put }} options={field.options} />;
  if (field.kind === "list" || field.kind === "json")
    return (
      <textarea
        {...input}
        rows={4}
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => put(currentTarget.value)}
      />
    );
  return (
    <input
      {...input}
      inputMode={field.kind === "number" ? "decimal" : "text"}
      autoComplete="off"
      value={text}
      onChange={({ currentTarget }) => put(currentTarget.value)}
    />
  );
}

interface OptionsProps extends Omit<ValueInputProps, "field"> {
  readonly options: readonly unknown[];
}

function Options({ input, options, text, put }: OptionsProps) {
  const keys = options.map((option) => JSON.stringify(option));
  return (
    <select
      {...input}
      value={keys.includes(text) ? text : ""}
      onChange={({ currentTarget }) => put(currentTarget.value)}
    >
      {!keys.includes(text) && (
        <option value="" disabled>
          {words.settings.choose}
        </option>
      )}
      {options.map((option, index) => (
        <option key={keys[index]} value={keys[index]}>
          {valueText(option, null)}
        </option>
      ))}
    </select>
  );
}
