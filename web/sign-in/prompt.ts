// What a page shows of its sign-in, and the person whom it prompts.
import type { SignInConfig } from "./config.ts";

/** Why there is no sign-in. */
export type SignInFailure =
  | {
      readonly kind: "provider";
      readonly error: string;
      readonly description?: string | undefined;
    }
  /** The server or the provider cannot be reached. */
  | { readonly kind: "unavailable" }
  | { readonly kind: "not-secure" }
  /** The server does not accept what was entered, or what the provider gave. */
  | { readonly kind: "refused" };

export interface AccessState {
  /** Whether a person is prompted to sign in. */
  readonly isPrompted: boolean;
  /** Whether the page waits for a sign-in, also where a person dismissed it. */
  readonly isNeeded: boolean;
  readonly isSignedIn: boolean;
  readonly failure: SignInFailure | undefined;
  /** Undefined until it is known, which is before a person is prompted. */
  readonly config: SignInConfig | undefined;
}

export interface Prompt {
  /** The same object until it changes. */
  state(): AccessState;
  watch(listener: () => void): () => void;
  show(change: Partial<AccessState>): void;
  /** Settles with whether the person signed in. @param isUrgent Prompts also where it was dismissed before. */
  wait(isUrgent: boolean): Promise<boolean>;
  /** What was waited for is there. */
  fulfil(): void;
  dismiss(): void;
}

export function createPrompt(): Prompt {
  const listeners = new Set<() => void>();
  let waiting: ((isGiven: boolean) => void)[] = [];
  let isDismissed = false;
  let state: AccessState = {
    isPrompted: false,
    isNeeded: false,
    isSignedIn: false,
    failure: undefined,
    config: undefined,
  };

  function show(change: Partial<AccessState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function answer(isGiven: boolean): void {
    const answered = waiting;
    waiting = [];
    for (const one of answered) one(isGiven);
  }

  return {
    state: () => state,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show,
    wait(isUrgent) {
      if (isUrgent) isDismissed = false;
      else if (!state.isNeeded) show({ isNeeded: true });
      if (!isDismissed && !state.isPrompted) show({ isPrompted: true });
      return new Promise((resolve) => waiting.push(resolve));
    },
    fulfil() {
      isDismissed = false;
      show({ isPrompted: false, isNeeded: false, isSignedIn: true, failure: undefined });
      answer(true);
    },
    dismiss() {
      isDismissed = true;
      show({ isPrompted: false, failure: undefined });
      answer(false);
    },
  };
}
