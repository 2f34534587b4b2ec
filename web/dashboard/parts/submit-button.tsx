// The button that sends a form. While it sends it does nothing, and keeps the focus, which a disabled button loses.
import { words } from "../text/words.ts";

interface SubmitButtonProps {
  readonly isSending: boolean;
  readonly className?: "primary" | "danger";
  readonly children: string;
}

export function SubmitButton({ isSending, className, children }: SubmitButtonProps) {
  return (
    <button type="submit" className={className} aria-disabled={isSending}>
      {isSending ? words.form.busy : children}
    </button>
  );
}
