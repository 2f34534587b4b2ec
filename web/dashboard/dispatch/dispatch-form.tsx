// The form of a dispatch.
import { type FormEvent, useState } from "react";
import { change } from "../api/api.ts";
import { type AssetQuery, Dispatch, type DispatchInput } from "../api/operations.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { Decided } from "./decided.tsx";
import { Directions, DurationField, PowerField } from "./dispatch-fields.tsx";
import { type Draft, EMPTY_DRAFT, inputOf } from "./draft.ts";
import { useShowTyped } from "./typed-dispatch.ts";
import type { Dispatches } from "./use-dispatches.ts";
import { usePreview } from "./use-preview.ts";

interface DispatchFormProps {
  readonly asset: NonNullable<AssetQuery["asset"]>;
  readonly onDispatched: Dispatches["put"];
}

interface Result {
  readonly isAccepted: boolean;
  readonly message: string;
}

/** Dispatches an asset, after a preview of the decision. */
export function DispatchForm({ asset, onDispatched }: DispatchFormProps) {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [result, setResult] = useState<Result>();
  const [isSending, setSending] = useState(false);
  const input = inputOf(asset.id, draft);
  const decision = usePreview(input);
  useShowTyped(input);
  const edit = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setResult(undefined);
  };

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (input === undefined || isSending) return;
    setSending(true);
    setResult(
      await dispatch(input, onDispatched).catch((error: Error) => ({
        isAccepted: false,
        message: error.message,
      })),
    );
    setSending(false);
  }

  return (
    <section className="card" aria-label={words.dispatch.new}>
      <h2>{words.dispatch.new}</h2>
      <form className="dispatch-form" onSubmit={send}>
        <Directions asset={asset} draft={draft} edit={edit} />
        <PowerField asset={asset} draft={draft} edit={edit} />
        <DurationField draft={draft} edit={edit} />
        {result === undefined ? (
          <Decided decision={decision} isTyped={input !== undefined} />
        ) : (
          <p className={result.isAccepted ? "outcome good" : "outcome bad"} role="status">
            {result.message}
          </p>
        )}
        <button type="submit" className="primary" disabled={input === undefined || isSending}>
          {input === undefined ? words.dispatch.submit : sentence(draft.direction, input)}
        </button>
      </form>
    </section>
  );
}

async function dispatch(input: DispatchInput, put: Dispatches["put"]): Promise<Result> {
  const { dispatch: answer } = await change(Dispatch, { input });
  if (answer.__typename === "DispatchRefused")
    return { isAccepted: false, message: words.dispatch.refused(answer.message) };
  put(answer.dispatch);
  return { isAccepted: true, message: words.dispatch.accepted };
}

function sentence(direction: Draft["direction"], { mw, durationS }: DispatchInput): string {
  const power = `${formats.plain(Math.abs(mw))} MW`;
  const action =
    direction === "charge"
      ? words.dispatch.submitCharge(power)
      : words.dispatch.submitDischarge(power);
  return durationS ? words.dispatch.submitFor(action, formats.duration(durationS)) : action;
}
