// A dialog over the page, as the browser has it: keys stay inside, Escape closes it, the focus returns.
import { type ReactNode, useEffect, useId, useRef } from "react";

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly isWide?: boolean;
  /** Is called when a person closes it without an answer. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, isOpen, isWide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      className={isWide ? "card wide" : "card"}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {isOpen && children}
    </dialog>
  );
}
