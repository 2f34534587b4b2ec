// The choice of records of the audit log, which the address has.
import { useState } from "react";
import { Field } from "../parts/field.tsx";
import { FindParam } from "../parts/find-param.tsx";
import { InstantParam } from "../parts/instant-param.tsx";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import { type AuditFilter, NO_FILTER } from "./audit-filter.ts";
import { actionText, outcomeText } from "./audit-item.tsx";

const CHANNELS = ["rest", "graphql", "websocket", "sse", "cli", "flow"];
const OUTCOMES = ["done", "refused"];

export function AuditFilters({ filter }: { filter: AuditFilter }) {
  const [params, changeParams] = useParams();
  const isChosen = Object.keys(NO_FILTER).some((name) => params[name] !== undefined);
  return (
    <search className="audit-filters">
      <FindParam label={words.audit.find} hint={words.audit.findHint} />
      <Choice
        {...{ name: "action", label: words.audit.action, chosen: filter.action }}
        values={Object.keys(words.audit.actions)}
        text={actionText}
      />
      <Choice
        {...{ name: "outcome", label: words.audit.outcome, chosen: filter.outcome }}
        values={OUTCOMES}
        text={outcomeText}
      />
      <Choice
        {...{ name: "channel", label: words.audit.channel, chosen: filter.channel }}
        values={CHANNELS}
        text={(channel) => channel}
      />
      <Exact
        key={`actor ${filter.actor}`}
        name="actor"
        label={words.audit.actor}
        value={filter.actor}
      />
      <Exact
        key={`target ${filter.target}`}
        name="target"
        label={words.audit.target}
        value={filter.target}
      />
      <InstantParam name="from" label={words.audit.from} value={filter.from} />
      <InstantParam name="until" label={words.audit.until} value={filter.until} />
      <button type="button" disabled={!isChosen} onClick={() => changeParams(NO_FILTER)}>
        {words.audit.all}
      </button>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: string | undefined;
  readonly values: readonly string[];
  readonly text: (value: string) => string;
}

function Choice({ name, label, chosen, values, text }: ChoiceProps) {
  const [, changeParams] = useParams();
  const offered = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values];
  return (
    <Field label={label}>
      {(input) => (
        <select
          {...input}
          value={chosen ?? ""}
          onChange={({ currentTarget }) =>
            changeParams({ [name]: currentTarget.value || undefined })
          }
        >
          <option value="">{words.fleet.any}</option>
          {offered.map((value) => (
            <option key={value} value={value}>
              {text(value)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface TypedProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
}

/** A text that must be equal: it is looked for once it is typed. */
function Exact({ name, label, value = "" }: TypedProps) {
  const [, changeParams] = useParams();
  const [typed, setTyped] = useState(value);
  const put = () => changeParams({ [name]: typed.trim() || undefined });
  return (
    <Field label={label}>
      {(input) => (
        <input
          {...input}
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          onBlur={put}
          onKeyDown={({ key }) => {
            if (key === "Enter") put();
          }}
        />
      )}
    </Field>
  );
}
