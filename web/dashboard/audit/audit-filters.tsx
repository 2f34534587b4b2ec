// The choice of records of the audit log, which the address has.
import { useEffect, useState } from "react";
import { Field } from "../parts/field.tsx";
import { InstantField } from "../parts/instant-field.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { draftOf, type InstantDraft, NO_INSTANT, readInstant } from "../text/instant.ts";
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
      <Field label={words.audit.find} hint={words.audit.findHint}>
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
      <InstantFilter name="from" label={words.audit.from} value={filter.from} />
      <InstantFilter name="until" label={words.audit.until} value={filter.until} />
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

function InstantFilter({ name, label, value }: TypedProps) {
  const [, changeParams] = useParams();
  const [draft, setDraft] = useState<InstantDraft>(() => instantDraft(value));
  const read = readInstant(draft, formats.timeZone);
  const written = "ms" in read ? new Date(read.ms).toISOString() : undefined;
  useEffect(() => {
    // Back, or a press, chose another one.
    setDraft((now) => {
      const known = readInstant(now, formats.timeZone);
      const isSame = "ms" in known && value !== undefined && known.ms === Date.parse(value);
      return isSame || (value === undefined && !("ms" in known)) ? now : instantDraft(value);
    });
  }, [value]);
  return (
    <InstantField
      {...{ label, isRequired: false, value: draft }}
      put={(next) => {
        setDraft(next);
        const given = readInstant(next, formats.timeZone);
        const chosen = "ms" in given ? new Date(given.ms).toISOString() : undefined;
        if (chosen !== written) changeParams({ [name]: chosen }, "replace");
      }}
    />
  );
}

const instantDraft = (value: string | undefined): InstantDraft =>
  value === undefined ? NO_INSTANT : draftOf(Date.parse(value));
