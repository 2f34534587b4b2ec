// The form of a dispatch.
import { change } from "../api/api.ts";
import { type AssetQuery, Dispatch, type DispatchInput } from "../api/operations.ts";
import type { RequestIds } from "../api/request-ids.ts";
import { useLive } from "../live/use-live.ts";
import { SubmitButton } from "../parts/submit-button.tsx";
import { words } from "../text/words.ts";
import { acceptedWords } from "./accepted-words.ts";
import { actionOf } from "./action-words.ts";
import { Decided } from "./decided.tsx";
import { DispatchFields } from "./dispatch-fields.tsx";
import type { Draft, DraftErrors, DraftRequest, DurationUnit } from "./draft.ts";
import { refusalErrors, refusalWords } from "./refusal-words.ts";
import { notSent, type SentDispatch, SentLine } from "./sent-line.tsx";
import { useShowTyped } from "./typed-dispatch.ts";
import { useDispatchDraft } from "./use-dispatch-draft.ts";
import type { Dispatches } from "./use-dispatches.ts";
import { usePreview } from "./use-preview.ts";

type Asset = NonNullable<AssetQuery["asset"]>;

interface DispatchFormProps {
  readonly asset: Asset;
  readonly onDispatched: Dispatches["put"];
}

/** Dispatches an asset, after a preview of the decision. */
export function DispatchForm({ asset, onDispatched }: DispatchFormProps) {
  const typed = useDispatchDraft<SentDispatch>();
  const { draft, edit, request, result, isSending } = typed;
  const input = request && { ...request, assetId: asset.id };
  useShowTyped(input);
  const preview = usePreview(result === undefined ? input : undefined);
  const refusal =
    result?.refusal ?? (preview.kind === "decided" ? preview.decision.refused : undefined);
  const reasons =
    refusal && request
      ? refusalErrors(refusal, refusalWords(refusal, request, draft.unit, asset.name))
      : {};
  const errors = { ...reasons, ...typed.errors };
  const send = (ready: DraftRequest) =>
    dispatch({ ...ready, assetId: asset.id }, typed.ids, draft.unit, asset.name, onDispatched);

  return (
    <section className="card" aria-label={words.dispatch.new}>
      <h2>{words.dispatch.new}</h2>
      <form
        ref={typed.form}
        className="dispatch-form"
        onSubmit={(event) => typed.submit(event, send, notSent)}
        noValidate
      >
        <LiveFields {...{ asset, draft, edit, errors }} />
        {result === undefined ? (
          <Decided
            {...{ preview, request }}
            isWrong={Object.keys(errors).length > 0}
            unit={draft.unit}
            assetName={asset.name}
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

async function dispatch(
  input: DispatchInput,
  ids: RequestIds,
  unit: DurationUnit,
  assetName: string,
  put: Dispatches["put"],
): Promise<SentDispatch> {
  const { dispatch: answer } = await ids.send(input, (requestId) =>
    change(Dispatch, { input: { ...input, requestId } }),
  );
  if (answer.__typename === "DispatchRefused") {
    const message = words.dispatch.refused(refusalWords(answer, input, unit, assetName));
    return { isAccepted: false, message, refusal: answer };
  }
  put(answer.dispatch);
  return { isAccepted: true, message: acceptedWords(answer, input.startAt == null) };
}
