// A hook for the draft of a dispatch and its sending, which the forms of an asset, a site and several assets share.
import { type FormEvent, type RefObject, useRef, useState } from "react";
import { type RequestIds, useRequestIds } from "../api/request-ids.ts";
import { focusFirstError } from "../parts/field.tsx";
import { useSending } from "../parts/use-sending.ts";
import { formats } from "../text/format.ts";
import { fieldText } from "../text/number.ts";
import {
  type Draft,
  type DraftErrors,
  type DraftRequest,
  durationText,
  EMPTY_DRAFT,
  readDraft,
  typedErrors,
} from "./draft.ts";
import type { Suggestions } from "./suggestion.ts";

export interface DispatchDraft<R> {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly draft: Draft;
  /** undefined while a field is wrong. */
  readonly request: DraftRequest | undefined;
  /** What is wrong with fields that were typed into, or with every field once it was tried to send them. */
  readonly errors: DraftErrors;
  /** What became of it; undefined before it is sent, and once it is changed. */
  readonly result: R | undefined;
  /** Whether it was tried to send it as it is. */
  readonly isPressed: boolean;
  readonly isSending: boolean;
  readonly ids: RequestIds;
  edit(part: Partial<Draft>): void;
  /** Puts what would fit into its field, which gets the focus. */
  use(part: Suggestions): void;
  /** Forgets the result, where something beside the draft was changed. */
  clear(): void;
  /**
   * Sends the draft once every field is right.
   *
   * @param send   Sends it; undefined where something beside the draft is wrong.
   * @param failed The result where it could not be sent.
   */
  submit(
    event: FormEvent,
    send: ((request: DraftRequest) => Promise<R>) | undefined,
    failed: (message: string) => R,
  ): Promise<void>;
}

export function useDispatchDraft<R>(): DispatchDraft<R> {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [result, setResult] = useState<R>();
  const [isPressed, setPressed] = useState(false);
  const { isSending, once } = useSending();
  const ids = useRequestIds();
  const form = useRef<HTMLFormElement>(null);
  const { request, errors } = readDraft(draft, formats.timeZone);
  const clear = () => setResult(undefined);
  const edit = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setPressed(false);
    clear();
  };
  return {
    ...{ form, draft, request, result, isPressed, isSending, ids, edit, clear },
    errors: isPressed ? errors : typedErrors(errors, draft),
    use({ mw, durationS }) {
      if (mw !== undefined) edit({ power: fieldText(Math.abs(mw)) });
      if (durationS !== undefined) edit({ duration: durationText(durationS, draft.unit) });
      const name = mw === undefined ? "duration" : "power";
      form.current?.querySelector<HTMLElement>(`[name=${name}]`)?.focus();
    },
    async submit(event, send, failed) {
      event.preventDefault();
      setPressed(true);
      if (request === undefined || send === undefined) {
        focusFirstError(form.current);
        return;
      }
      await once(async () =>
        setResult(await send(request).catch((error: Error) => failed(error.message))),
      );
    },
  };
}
