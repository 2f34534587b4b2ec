// The decision that a typed dispatch would get, as one sentence, with what would fit at a press.
import { Said } from "../parts/said.tsx";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import type { DraftRequest, DurationUnit } from "./draft.ts";
import { refusalWords } from "./refusal-words.ts";
import { type Decision, type Suggestions, suggestionsOf } from "./suggestion.ts";
import { SuggestionButtons } from "./suggestion-buttons.tsx";
import type { PreviewState } from "./use-preview.ts";

interface DecidedProps {
  readonly preview: PreviewState;
  /** undefined while a field is missing or wrong. */
  readonly request: DraftRequest | undefined;
  /** Whether a field is wrong, which says so itself. */
  readonly isWrong: boolean;
  readonly unit: DurationUnit;
  readonly assetName: string;
  readonly onUse: (part: Suggestions) => void;
}

export function Decided({ preview, request, isWrong, unit, assetName, onUse }: DecidedProps) {
  const decision = preview.kind === "decided" ? preview.decision : undefined;
  return (
    <>
      <p className={`outcome ${toneOf(preview)}`} role="status">
        <Said
          text={
            decision === undefined || request === undefined
              ? undecidedWords(preview, request, isWrong)
              : decisionWords(decision, request, unit, assetName)
          }
        />
      </p>
      {decision !== undefined && request !== undefined && (
        <SuggestionButtons {...{ unit, onUse }} suggestions={suggestionsOf(decision, request)} />
      )}
    </>
  );
}

function toneOf(preview: PreviewState): string {
  if (preview.kind === "failed") return "bad";
  if (preview.kind !== "decided") return "muted";
  if (preview.decision.refused) return "bad";
  return preview.decision.shortfall ? "fair" : "good";
}

/** Why there is no decision yet, for a dispatch of an asset or of a site. */
export function undecidedWords(
  preview: PreviewState<unknown>,
  request: DraftRequest | undefined,
  isWrong: boolean,
): string {
  if (request === undefined) return isWrong ? words.dispatch.mendFields : words.dispatch.typePower;
  if (preview.kind !== "failed") return words.dispatch.requesting;
  const advice = preview.isRetried ? words.dispatch.previewRetried : words.dispatch.previewMend;
  return words.dispatch.previewFailed(preview.message, advice);
}

/** The decision on a request to an asset, as one sentence. */
export function decisionWords(
  decision: Decision,
  request: DraftRequest,
  unit: DurationUnit,
  assetName: string,
): string {
  const { refused } = decision;
  if (!refused) return acceptanceOf(decision);
  return words.dispatch.wouldBeRefused(refusalWords(refused, request, unit, assetName));
}

function acceptanceOf({ endAt, shortfall }: Decision): string {
  const end = endAt === null ? "" : words.dispatch.until(formats.moment(Date.parse(endAt)));
  if (!shortfall) return words.dispatch.wouldBeAccepted(end);
  const from = formats.moment(Date.parse(shortfall.from));
  const missing =
    shortfall.missingMwhr === null
      ? ""
      : words.dispatch.wouldMiss(formats.energy(shortfall.missingMwhr));
  return words.dispatch.wouldFallShort(end, from, missing);
}
