// The form of a dispatch of a site, with the share of each asset before it is sent.

import { change, request as read } from "../api/api.ts";
import {
  DispatchSite,
  type DispatchSiteInput,
  SitePreview,
  type SitePreviewQuery,
} from "../api/operations.ts";
import type { RequestIds } from "../api/request-ids.ts";
import { actionOf } from "../dispatch/action-words.ts";
import { undecidedWords } from "../dispatch/decided.tsx";
import { DispatchFields } from "../dispatch/dispatch-fields.tsx";
import type { DraftRequest, DurationUnit } from "../dispatch/draft.ts";
import { refusalWords } from "../dispatch/refusal-words.ts";
import { notSent, type SentDispatch, SentLine } from "../dispatch/sent-line.tsx";
import { type Refusal, refusedSuggestions, type Suggestions } from "../dispatch/suggestion.ts";
import { SuggestionButtons } from "../dispatch/suggestion-buttons.tsx";
import { useDispatchDraft } from "../dispatch/use-dispatch-draft.ts";
import { type PreviewState, usePreviewBy } from "../dispatch/use-preview.ts";
import { Power } from "../parts/power.tsx";
import { Said } from "../parts/said.tsx";
import { SubmitButton } from "../parts/submit-button.tsx";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { SiteFacts } from "./site-now.tsx";

type Decision = SitePreviewQuery["dispatchSitePreview"];

export function SiteDispatchForm({ site }: { site: SiteFacts }) {
  const typed = useDispatchDraft<SentDispatch>();
  const { draft, edit, request, errors, result, isSending } = typed;
  const input = request && { ...request, siteId: site.id };
  const preview = usePreviewBy(result === undefined ? input : undefined, readDecision);
  const send = (ready: DraftRequest) =>
    dispatch({ ...ready, siteId: site.id }, typed.ids, draft.unit, site.name);

  return (
    <section className="card" aria-label={words.site.newDispatch}>
      <h2>{words.site.newDispatch}</h2>
      <form
        ref={typed.form}
        className="dispatch-form"
        onSubmit={(event) => typed.submit(event, send, notSent)}
        noValidate
      >
        <DispatchFields {...{ draft, edit, errors }} />
        {result === undefined ? (
          <SiteDecided
            {...{ preview, request, site }}
            isWrong={Object.keys(errors).length > 0}
            unit={draft.unit}
            onUse={typed.use}
          />
        ) : (
          <SentLine {...{ request }} sent={result} unit={draft.unit} onUse={typed.use} />
        )}
        <SubmitButton className="primary" isSending={isSending}>
          {actionOf(draft.direction, request, draft.unit)}
        </SubmitButton>
      </form>
    </section>
  );
}

async function readDecision(input: DispatchSiteInput): Promise<Decision> {
  return (await read(SitePreview, { input })).dispatchSitePreview;
}

async function dispatch(
  input: DispatchSiteInput,
  ids: RequestIds,
  unit: DurationUnit,
  siteName: string,
): Promise<SentDispatch> {
  const { dispatchSite: answer } = await ids.send(input, (requestId) =>
    change(DispatchSite, { input: { ...input, requestId } }),
  );
  if (answer.__typename === "DispatchRefused") {
    const message = words.dispatch.refused(refusalWords(answer, input, unit, siteName));
    return { isAccepted: false, message, refusal: answer };
  }
  const count = formats.count(answer.shares.filter((share) => share.dispatch.mw !== 0).length);
  return { isAccepted: true, message: words.site.accepted(count) };
}

interface SiteDecidedProps {
  readonly preview: PreviewState<Decision>;
  readonly request: DraftRequest | undefined;
  readonly site: SiteFacts;
  readonly unit: DurationUnit;
  /** Whether a field is wrong, which says so itself. */
  readonly isWrong: boolean;
  readonly onUse: (part: Suggestions) => void;
}

function SiteDecided({ preview, request, site, unit, isWrong, onUse }: SiteDecidedProps) {
  if (request === undefined || preview.kind !== "decided")
    return (
      <p className={`outcome ${preview.kind === "failed" ? "bad" : "muted"}`} role="status">
        <Said text={undecidedWords(preview, request, isWrong)} />
      </p>
    );
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

type RefusedProps = Pick<SiteDecidedProps, "site" | "unit" | "onUse"> & {
  readonly refused: Refusal;
  readonly request: DraftRequest;
};

function Refused({ refused, request, site, unit, onUse }: RefusedProps) {
  return (
    <>
      <p className="outcome bad" role="status">
        <Said
          text={words.dispatch.wouldBeRefused(refusalWords(refused, request, unit, site.name))}
        />
      </p>
      <SuggestionButtons {...{ unit, onUse }} suggestions={refusedSuggestions(refused, request)} />
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
