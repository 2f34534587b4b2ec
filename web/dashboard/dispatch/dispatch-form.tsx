// The form of a dispatch.
import { type FormEvent, useState } from "react";
import { change } from "../api/api.ts";
import { type AssetQuery, Dispatch, type DispatchInput } from "../api/operations.ts";
import { formats } from "../text/format.ts";
import { Decided } from "./decided.tsx";
import { Directions, DurationField, PowerField } from "./dispatch-fields.tsx";
import { type Draft, EMPTY_DRAFT, inputOf } from "./draft.ts";
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
    <section className="card" aria-label="New dispatch">
      <h2>New dispatch</h2>
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
          {input === undefined ? "Dispatch" : sentence(draft.direction, input)}
        </button>
      </form>
    </section>
  );
}

async function dispatch(input: DispatchInput, put: Dispatches["put"]): Promise<Result> {
  const { dispatch: answer } = await change(Dispatch, { input });
  if (answer.__typename === "DispatchRefused")
    return { isAccepted: false, message: `Refused: ${answer.message}` };
  put(answer.dispatch);
  return { isAccepted: true, message: "Accepted. It begins with the next tick." };
}

function sentence(direction: Draft["direction"], { mw, durationS }: DispatchInput): string {
  const action = direction === "charge" ? "Charge" : "Discharge";
  const power = `${action} ${formats.plain(Math.abs(mw))} MW`;
  return durationS ? `${power} for ${formats.duration(durationS)}` : power;
}
