// The dialog that confirms the cancel of a dispatch.
import { change } from "../api/api.ts";
import { Cancel } from "../api/operations.ts";
import { ConfirmDialog } from "../parts/confirm-dialog.tsx";
import { codeText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { cancelledWords, nameOf } from "./item-words.ts";
import type { DispatchItem } from "./listed.ts";

interface CancelDialogProps {
  /** The dispatch to cancel; undefined: the dialog is closed. */
  readonly dispatch: DispatchItem | undefined;
  readonly close: () => void;
  readonly put: (dispatch: DispatchItem) => void;
  /** Is called with what the cancel did. */
  readonly onDone: (message: string) => void;
}

export function CancelDialog({ dispatch, close, put, onDone }: CancelDialogProps) {
  async function cancel(): Promise<void> {
    if (dispatch === undefined) return;
    const { dispatchCancel: answer } = await change(Cancel, { id: dispatch.id });
    if (answer.__typename !== "DispatchChanged")
      throw new Error(codeText(answer.code, answer.message));
    close();
    put(answer.dispatch);
    onDone(cancelledWords(dispatch, answer.dispatch));
  }
  return (
    <ConfirmDialog
      title={words.dispatch.cancelTitle}
      isOpen={dispatch !== undefined}
      action={words.dispatch.cancelAction}
      onConfirm={cancel}
      onClose={close}
    >
      <p>
        {dispatch !== undefined &&
          (dispatch.status === "ACTIVE"
            ? words.dispatch.cancelRunning(nameOf(dispatch))
            : words.dispatch.cancelWaiting(nameOf(dispatch)))}
      </p>
    </ConfirmDialog>
  );
}
