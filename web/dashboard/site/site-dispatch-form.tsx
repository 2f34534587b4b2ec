// The form of a dispatch of a site, with the share of each asset before it is sent.
import { type FormEvent, useRef, useState } from "react";
import { change, request as read } from "../api/api.ts";
import {
  DispatchSite,
  type DispatchSiteInput,
  SitePreview,
  type SitePreviewQuery,
} from "../api/operations.ts";
import { actionOf } from "../dispatch/action-words.ts";
import { DispatchFields } from "../dispatch/dispatch-fields.tsx";
import {
  type Draft,
  type DraftRequest,
  type DurationUnit,
  EMPTY_DRAFT,
  readDraft,
  typedErrors,
} from "../dispatch/draft.ts";
import { refusalWords } from "../dispatch/refusal-words.ts";
import { type Refusal, refusedSuggestions } from "../dispatch/suggestion.ts";
import { SuggestionButtons } from "../dispatch/suggestion-buttons.tsx";
import { type PreviewState, usePreviewBy } from "../dispatch/use-preview.ts";
import { focusFirstError } from "../parts/field.tsx";
import { Power } from "../parts/power.tsx";
import { formats } from "../text/format.ts";
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";
import type { SiteFacts } from "./site-now.tsx";

type Decision = SitePreviewQuery["dispatchSitePreview"];

interface Result {
  readonly isAccepted: boolean;
  readonly message: string;
}

export function SiteDispatchForm({ site }: { site: SiteFacts }) {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [result, setResult] = useState<Result>();
  const [isPressed, setPressed] = useState(false);
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { request, errors } = readDraft(draft, formats.timeZone);
  const input = request && { ...request, siteId: site.id };
  const preview = usePreviewBy(result === undefined ? input : undefined, readDecision);
  const shownErrors = isPressed ? errors : typedErrors(errors, draft);
  const edit = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setResult(undefined);
    setPressed(false);
  };

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    setPressed(true);
    if (input === undefined) focusFirstError(form.current);
    if (input === undefined || isSending) return;
    setSending(true);
    setResult(
      await dispatch(input, draft.unit, site.name).catch((error: Error) => ({
        isAccepted: false,
        message: words.dispatch.notSent(error.message),
      })),
    );
    setSending(false);
  }

  return (
    <section className="card" aria-label={words.site.newDispatch}>
      <h2>{words.site.newDispatch}</h2>
      <form ref={form} className="dispatch-form" onSubmit={send} noValidate>
        <DispatchFields {...{ draft, edit }} errors={shownErrors} />
        {result === undefined ? (
          <SiteDecided
            {...{ preview, request, site }}
            unit={draft.unit}
            onUse={(mw) => edit({ power: fieldText(Math.abs(mw)) })}
          />
        ) : (
          <p
            className={result.isAccepted ? "outcome good" : "outcome bad"}
            role={result.isAccepted ? "status" : "alert"}
          >
            {result.message}
          </p>
        )}
        <button type="submit" className="primary" disabled={isSending}>
          {isSending ? words.form.busy : actionOf(draft.direction, request, draft.unit)}
        </button>
      </form>
    </section>
  );
}

async function readDecision(input: DispatchSiteInput): Promise<Decision> {
  return (await read(SitePreview, { input })).dispatchSitePreview;
}

async function dispatch(
  input: DispatchSiteInput,
  unit: DurationUnit,
  siteName: string,
): Promise<Result> {
  const { dispatchSite: answer } = await change(DispatchSite, { input });
  if (answer.__typename === "DispatchRefused") {
    const message = words.dispatch.refused(refusalWords(answer, input, unit, siteName));
    return { isAccepted: false, message };
  }
  const count = formats.count(answer.shares.filter((share) => share.dispatch.mw !== 0).length);
  return { isAccepted: true, message: words.site.accepted(count) };
}

interface SiteDecidedProps {
  readonly preview: PreviewState<Decision>;
  readonly request: DraftRequest | undefined;
  readonly site: SiteFacts;
  readonly unit: DurationUnit;
  /** Is called with a power in MW that would be accepted. */
  readonly onUse: (mw: number) => void;
}

function SiteDecided({ preview, request, site, unit, onUse }: SiteDecidedProps) {
  if (request === undefined) return <p className="outcome muted">{words.dispatch.typePower}</p>;
  if (preview.kind === "failed")
    return (
      <p className="outcome bad" role="status">
        {words.dispatch.previewFailed(
          preview.message,
          preview.isRetried ? words.dispatch.previewRetried : words.dispatch.previewMend,
        )}
      </p>
    );
  if (preview.kind !== "decided")
    return <p className="outcome muted">{words.dispatch.requesting}</p>;
  const { refused, shares } = preview.decision;
  if (refused) return <Refused {...{ refused, request, site, unit, onUse }} />;
  const isShort = shares.some(({ decision }) => decision.shortfall !== null);
  return (
    <div className={`outcome ${isShort ? "fair" : "good"}`} role="status">
      <p>{isShort ? words.site.wouldFallShort : words.site.wouldBeAccepted}</p>
      <Shares shares={shares} />
    </div>
  );
}

type RefusedProps = Omit<SiteDecidedProps, "preview" | "request"> & {
  readonly refused: Refusal;
  readonly request: DraftRequest;
};

function Refused({ refused, request, site, unit, onUse }: RefusedProps) {
  return (
    <>
      <p className="outcome bad" role="status">
        {words.dispatch.wouldBeRefused(refusalWords(refused, request, unit, site.name))}
      </p>
      <SuggestionButtons
        unit={unit}
        suggestions={refusedSuggestions(refused, request)}
        onUse={({ mw }) => mw !== undefined && onUse(mw)}
      />
    </>
  );
}

/** The power of each asset, and whether it would deliver it in full. */
function Shares({ shares }: { shares: Decision["shares"] }) {
  return (
    <table className="shares">
      <caption className="sr-only">{words.site.shares}</caption>
      <tbody>
        {shares.map(({ asset, decision: { mw, shortfall } }) => (
          <tr key={asset.id}>
            <th scope="row">{asset.name}</th>
            <td>
              <Power mw={mw ?? 0} rating={asset} />
            </td>
            <td>
              {shortfall?.missingMwhr != null &&
                words.site.wouldMiss(formats.energy(shortfall.missingMwhr))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
