// The form of a dispatch.
import { type FormEvent, useRef, useState } from "react";
import { change } from "../api/api.ts";
import { type AssetQuery, Dispatch, type DispatchInput } from "../api/operations.ts";
import { useLive } from "../live/use-live.ts";
import { focusFirstError } from "../parts/field.tsx";
import { formats } from "../text/format.ts";
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";
import { acceptedWords } from "./accepted-words.ts";
import { actionOf } from "./action-words.ts";
import { Decided } from "./decided.tsx";
import { DispatchFields } from "./dispatch-fields.tsx";
import {
  type Draft,
  type DraftErrors,
  type DraftRequest,
  type DurationUnit,
  durationText,
  EMPTY_DRAFT,
  readDraft,
  typedErrors,
} from "./draft.ts";
import { refusalErrors, refusalWords } from "./refusal-words.ts";
import { type Refusal, refusedSuggestions, type Suggestions } from "./suggestion.ts";
import { SuggestionButtons } from "./suggestion-buttons.tsx";
import { useShowTyped } from "./typed-dispatch.ts";
import type { Dispatches } from "./use-dispatches.ts";
import { usePreview } from "./use-preview.ts";

type Asset = NonNullable<AssetQuery["asset"]>;

interface DispatchFormProps {
  readonly asset: Asset;
  readonly onDispatched: Dispatches["put"];
}

interface Result {
  readonly isAccepted: boolean;
  readonly message: string;
  readonly refusal?: Refusal;
}

/** Dispatches an asset, after a preview of the decision. */
export function DispatchForm({ asset, onDispatched }: DispatchFormProps) {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [result, setResult] = useState<Result>();
  const [isPressed, setPressed] = useState(false);
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { request, errors } = readDraft(draft, formats.timeZone);
  const input = request && { ...request, assetId: asset.id };
  useShowTyped(input);
  const preview = usePreview(result === undefined ? input : undefined);
  const refusal =
    result?.refusal ?? (preview.kind === "decided" ? preview.decision.refused : undefined);
  const reasons =
    refusal && request
      ? refusalErrors(refusal, refusalWords(refusal, request, draft.unit, asset.name))
      : {};
  const shownErrors =
    isPressed && !request ? errors : { ...reasons, ...typedErrors(errors, draft) };
  const edit = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setResult(undefined);
    setPressed(false);
  };
  const use = ({ mw, durationS }: Suggestions) => {
    if (mw !== undefined) edit({ power: fieldText(Math.abs(mw)) });
    if (durationS !== undefined) edit({ duration: durationText(durationS, draft.unit) });
    const name = mw === undefined ? "duration" : "power";
    form.current?.querySelector<HTMLElement>(`[name=${name}]`)?.focus();
  };

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    setPressed(true);
    if (input === undefined) focusFirstError(form.current);
    if (input === undefined || isSending) return;
    setSending(true);
    const { unit } = draft;
    setResult(
      await dispatch(input, unit, asset.name, onDispatched).catch((error: Error) => ({
        isAccepted: false,
        message: words.dispatch.notSent(error.message),
      })),
    );
    setSending(false);
  }

  return (
    <section className="card" aria-label={words.dispatch.new}>
      <h2>{words.dispatch.new}</h2>
      <form ref={form} className="dispatch-form" onSubmit={send} noValidate>
        <LiveFields {...{ asset, draft, edit }} errors={shownErrors} />
        {result === undefined ? (
          <Decided
            {...{ preview, request }}
            isWrong={Object.keys(shownErrors).length > 0}
            unit={draft.unit}
            assetName={asset.name}
            onUse={use}
          />
        ) : (
          <ResultLine {...{ result, request }} unit={draft.unit} onUse={use} />
        )}
        <button type="submit" className="primary" disabled={isSending}>
          {isSending ? words.form.busy : actionOf(draft.direction, request, draft.unit)}
        </button>
      </form>
    </section>
  );
}

interface LiveFieldsProps {
  readonly asset: Asset;
  readonly draft: Draft;
  readonly edit: (part: Partial<Draft>) => void;
  readonly errors: DraftErrors;
}

/** The fields with the power that the asset could give or take now. */
function LiveFields({ asset, ...fields }: LiveFieldsProps) {
  const { fleet } = useLive();
  const place = fleet?.placeOf(asset.id);
  const headroom = {
    charge: place === undefined ? undefined : fleet?.columns.availableMinMw[place],
    discharge: place === undefined ? undefined : fleet?.columns.availableMaxMw[place],
  };
  const highestMw = fields.draft.direction === "charge" ? -asset.minMw : asset.maxMw;
  return <DispatchFields {...{ ...fields, headroom, highestMw }} />;
}

interface ResultLineProps {
  readonly result: Result;
  readonly request: DraftRequest | undefined;
  readonly unit: DurationUnit;
  readonly onUse: (part: Suggestions) => void;
}

function ResultLine({ result, request, unit, onUse }: ResultLineProps) {
  const { refusal, isAccepted, message } = result;
  return (
    <>
      <p
        className={isAccepted ? "outcome good" : "outcome bad"}
        role={isAccepted ? "status" : "alert"}
      >
        {message}
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

async function dispatch(
  input: DispatchInput,
  unit: DurationUnit,
  assetName: string,
  put: Dispatches["put"],
): Promise<Result> {
  const { dispatch: answer } = await change(Dispatch, { input });
  if (answer.__typename === "DispatchRefused") {
    const message = words.dispatch.refused(refusalWords(answer, input, unit, assetName));
    return { isAccepted: false, message, refusal: answer };
  }
  put(answer.dispatch);
  return { isAccepted: true, message: acceptedWords(answer, input.startAt == null) };
}
