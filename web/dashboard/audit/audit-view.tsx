// The page of the audit log: who did what, newest first.
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { access } from "../../sign-in/page-access.ts";
import { signedFetch } from "../../sign-in/signed-fetch.ts";
import { addressOf } from "../api/address.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { Said } from "../parts/said.tsx";
import { saveFile } from "../parts/save-file.ts";
import { useSending } from "../parts/use-sending.ts";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { codeText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { type AuditFilter, csvAddress, filterOf, isFound } from "./audit-filter.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditItem } from "./audit-item.tsx";
import { targetName } from "./target-name.ts";
import { useAuditLog } from "./use-audit-log.ts";

const TITLE = "audit-title";

export function AuditView() {
  const [params] = useParams();
  const { actor, action, target, channel, outcome, from, until } = filterOf(params);
  const filter = useMemo(
    () => ({ actor, action, target, channel, outcome, from, until }),
    [actor, action, target, channel, outcome, from, until],
  );
  return (
    <section className="card audit" aria-labelledby={TITLE}>
      <div className="panel-head">
        <h1 id={TITLE}>{words.audit.title}</h1>
        <Export filter={filter} />
      </div>
      <AuditFilters filter={filter} />
      <AuditList filter={filter} search={(params.find ?? "").trim()} />
    </section>
  );
}

interface AuditListProps {
  readonly filter: AuditFilter;
  readonly search: string;
}

function AuditList({ filter, search }: AuditListProps) {
  const { records, error, isReading, readMore } = useAuditLog(filter);
  const { fleet } = useSteadyLive();
  const [{ record: openId }, changeParams] = useParams();
  const found =
    search === ""
      ? records
      : records?.filter((record) => isFound(record, targetName(record.target, fleet), search));
  const end = useRef<HTMLDivElement>(null);
  useReached(end, readMore);
  return (
    <>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {records === undefined && error === undefined && <div className="skeleton" />}
      {records !== undefined && (
        <p className="muted" role="status">
          {search === ""
            ? words.audit.shown(formats.count(records.length))
            : words.audit.found(formats.count(found?.length ?? 0), formats.count(records.length))}
        </p>
      )}
      <ol className="audit-list" aria-labelledby={TITLE}>
        {found?.map((record) => (
          <AuditItem
            key={record.id}
            record={record}
            isOpen={record.id === openId}
            open={(isOpen) => changeParams({ record: isOpen ? record.id : undefined }, "replace")}
          />
        ))}
      </ol>
      <div ref={end} className="audit-end">
        {isReading && <p role="status">{words.page.loading}</p>}
        {readMore !== undefined && (
          <button type="button" onClick={readMore}>
            {words.page.more}
          </button>
        )}
      </div>
    </>
  );
}

/** Calls the function whenever the end of a list comes into sight, as the page is scrolled. */
function useReached(end: RefObject<HTMLElement | null>, onReached: (() => void) | undefined) {
  useEffect(() => {
    if (end.current === null || onReached === undefined) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) onReached();
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [end, onReached]);
}

/** The button that saves what the filter selects, as far as the log reaches. */
function Export({ filter }: { filter: AuditFilter }) {
  const [failure, setFailure] = useState<string>();
  const { isSending, once } = useSending();

  async function save(): Promise<void> {
    setFailure(undefined);
    try {
      const answer = await signedFetch(access, addressOf(csvAddress(filter)));
      if (answer.ok) saveFile(words.audit.file, await answer.blob());
      else {
        const { code = "", detail = "" } = (await answer.json()) as Problem;
        setFailure(codeText(code, detail));
      }
    } catch {
      setFailure(words.page.unreachable);
    }
  }

  return (
    <div className="tools">
      {failure !== undefined && (
        <span role="alert">
          <Said text={failure} />
        </span>
      )}
      <button type="button" aria-disabled={isSending} onClick={() => once(save)}>
        {words.audit.export}
      </button>
    </div>
  );
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}
