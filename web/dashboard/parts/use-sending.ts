// A hook that sends one thing at a time.
import { useRef, useState } from "react";

export interface Sending {
  readonly isSending: boolean;
  /** Sends, unless what was sent before is without its answer. Rejects as it does. */
  once(send: () => Promise<void>): Promise<void>;
}

export function useSending(): Sending {
  const [isSending, setSending] = useState(false);
  // Two presses may come before the page is drawn anew.
  const isRunning = useRef(false);
  return {
    isSending,
    async once(send) {
      if (isRunning.current) return;
      isRunning.current = true;
      setSending(true);
      try {
        await send();
      } finally {
        isRunning.current = false;
        setSending(false);
      }
    },
  };
}
