// A dialog to confirm what cannot be undone.

import { type FormEvent, type ReactNode, useState } from "react";
import { isSameName } from "../text/same-name.ts";
import { words } from "../text/words.ts";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Said } from "./said.tsx";
import { SubmitButton } from "./submit-button.tsx";
import { useSending } from "./use-sending.ts";

interface ConfirmDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** The button that does it. */
  readonly action: string;
  /** A name that must be typed before; left out: none. */
  readonly typedName?: string;
  /** Does it; the dialog stays open, with the message, where it rejects. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ConfirmDialog({ title, isOpen, onClose, ...rest }: ConfirmDialogProps) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <ConfirmForm {...rest} onClose={onClose} />
    </Dialog>
  );
}

type ConfirmFormProps = Omit<ConfirmDialogProps, "title" | "isOpen">;

function ConfirmForm({ action, typedName, onConfirm, onClose, children }: ConfirmFormProps) {
  const [typed, setTyped] = useState("");
  const { isSending, once } = useSending();
  const [failure, setFailure] = useState<string>();
  const [isPressed, setPressed] = useState(false);
  const isNamed = typedName === undefined || isSameName(typed, typedName);

  async function confirm(event: FormEvent): Promise<void> {
    event.preventDefault();
    setPressed(true);
    if (!isNamed) return;
    await once(() => onConfirm().catch((error: Error) => setFailure(error.message)));
  }

  return (
    <form onSubmit={confirm}>
      {children}
      {typedName !== undefined && (
        <TextField
          label={words.form.typeName(typedName)}
          value={typed}
          put={setTyped}
          error={isPressed && !isNamed ? words.form.otherName(typedName) : undefined}
        />
      )}
      {failure !== undefined && (
        <p className="outcome bad" role="alert">
          <Said text={failure} />
        </p>
      )}
      <div className="actions">
        <button type="button" onClick={onClose}>
          {words.form.back}
        </button>
        <SubmitButton className="danger" isSending={isSending}>
          {action}
        </SubmitButton>
      </div>
    </form>
  );
}
