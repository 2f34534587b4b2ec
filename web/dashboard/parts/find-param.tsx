// A field for the words that a list is searched for, which the address has.
import { useParams } from "../route/use-place.ts";
import { Field } from "./field.tsx";

interface FindParamProps {
  readonly label: string;
  readonly hint: string;
}

export function FindParam({ label, hint }: FindParamProps) {
  const [params, changeParams] = useParams();
  return (
    <Field {...{ label, hint }}>
      {(input) => (
        <input
          {...input}
          type="search"
          value={params.find ?? ""}
          onChange={({ currentTarget }) =>
            changeParams({ find: currentTarget.value || undefined }, "replace")
          }
        />
      )}
    </Field>
  );
}
