// What became of a dispatch that was sent, with what would fit instead at a press.
import { Said } from "../parts/said.tsx";
import { words } from "../text/words.ts";
import type { DraftRequest, DurationUnit } from "./draft.ts";
import { type Refusal, refusedSuggestions, type Suggestions } from "./suggestion.ts";
import { SuggestionButtons } from "./suggestion-buttons.tsx";

export interface SentDispatch {
  readonly isAccepted: boolean;
  readonly message: string;
  readonly refusal?: Refusal;
}

/** The result where a dispatch could not be sent. */
export function notSent(message: string): SentDispatch {
  return { isAccepted: false, message: words.dispatch.notSent(message) };
}

interface SentLineProps {
  readonly sent: SentDispatch;
  readonly request: DraftRequest | undefined;
  readonly unit: DurationUnit;
  readonly onUse: (part: Suggestions) => void;
}

export function SentLine({ sent, request, unit, onUse }: SentLineProps) {
  const { refusal, isAccepted, message } = sent;
  return (
    <>
      <p
        className={isAccepted ? "outcome good" : "outcome bad"}
        role={isAccepted ? "status" : "alert"}
      >
        <Said text={message} />
      </p>
      {refusal !== undefined && request !== undefined && (
        <SuggestionButtons
          {...{ unit, onUse }}
          suggestions={refusedSuggestions(refusal, request)}
        />
      )}
    </>
  );
}
