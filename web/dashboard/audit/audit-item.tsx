// One record of the audit log: a line that opens with what changed, and all that is known of it.
import { useSteadyLive } from "../live/use-live.ts";
import { Fact } from "../parts/fact.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { AuditRecord } from "./audit-filter.ts";
import { differenceOf } from "./difference.ts";
import { targetAddress, targetName } from "./target-name.ts";

interface AuditItemProps {
  readonly record: AuditRecord;
  readonly isOpen: boolean;
  readonly open: (isOpen: boolean) => void;
}

export function AuditItem({ record, isOpen, open }: AuditItemProps) {
  const { timestamp, actor, actorName, action, target, channel, outcome } = record;
  const { fleet } = useSteadyLive();
  return (
    <li className={outcome}>
      <details
        open={isOpen}
        onToggle={({ currentTarget }) => {
          // It fires too where the address opened it.
          if (currentTarget.open !== isOpen) open(currentTarget.open);
        }}
      >
        <summary>
          <time dateTime={timestamp}>{formats.moment(Date.parse(timestamp))}</time>
          <strong>{actorName ?? actor}</strong>
          <span className="action">{actionText(action)}</span>
          <span className="target">{targetName(target, fleet)}</span>
          <span className="channel muted">{channel}</span>
          <span className={`pill ${outcome === "refused" ? "critical" : ""}`}>
            {outcomeText(outcome)}
          </span>
        </summary>
        {isOpen && <Details record={record} />}
      </details>
    </li>
  );
}

/** What was done, in words; an action of a newer server in its own. */
export function actionText(action: string): string {
  const known: Readonly<Record<string, string | undefined>> = words.audit.actions;
  return known[action] ?? action;
}

export function outcomeText(outcome: string): string {
  if (outcome === "done") return words.audit.done;
  return outcome === "refused" ? words.audit.refused : outcome;
}

function Details({ record }: { record: AuditRecord }) {
  const { actor, address, target, requestId, reason, code, hash, id } = record;
  const [, changeParams] = useParams();
  const page = targetAddress(target);
  const { fleet } = useSteadyLive();
  return (
    <div className="audit-details">
      <Changes record={record} />
      <dl>
        {reason !== null && (
          <Fact name={words.audit.reason}>
            <span lang="en">{reason}</span>
          </Fact>
        )}
        {code !== null && <Fact name={words.audit.code}>{code}</Fact>}
        <Fact name={words.audit.actor}>{actor}</Fact>
        <Fact name={words.audit.address}>{address ?? words.audit.thisMachine}</Fact>
        <Fact name={words.audit.target}>
          {page === undefined ? target : <a href={page}>{targetName(target, fleet)}</a>}
        </Fact>
        {requestId !== null && <Fact name={words.audit.requestId}>{requestId}</Fact>}
        <Fact name={words.audit.record}>{id}</Fact>
        <Fact name={words.audit.hash}>{hash}</Fact>
      </dl>
      <div className="tools">
        <button type="button" onClick={() => changeParams({ actor })}>
          {words.audit.onlyActor}
        </button>
        <button type="button" onClick={() => changeParams({ target })}>
          {words.audit.onlyTarget}
        </button>
      </div>
    </div>
  );
}

/** What changed, field by field. */
function Changes({ record: { before, after } }: { record: AuditRecord }) {
  const changes = differenceOf(before, after);
  if (changes.length === 0) return <p className="muted">{words.audit.nothingChanged}</p>;
  return (
    <table className="difference">
      <caption className="sr-only">{words.audit.changes}</caption>
      <thead>
        <tr>
          <th scope="col">{words.audit.field}</th>
          <th scope="col">{words.audit.before}</th>
          <th scope="col">{words.audit.after}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.path}>
            <th scope="row">{change.path === "" ? words.audit.value : change.path}</th>
            <td>{change.before === undefined ? null : <del>{change.before}</del>}</td>
            <td>{change.after === undefined ? null : <ins>{change.after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
