// The token that the server requires for a change, stored for the lifetime of the tab.
const KEY = "mando.token";

let answer: ((given: boolean) => void) | undefined;
let isRefused = false;
const listeners = new Set<() => void>();

/** The entered token; undefined where there is none. */
export function heldToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Requests the token by the dialog; false where none is entered. A token that is held was refused. */
export function promptForToken(): Promise<boolean> {
  answer?.(false);
  isRefused = heldToken() !== undefined;
  return new Promise((resolve) => {
    answer = resolve;
    notify();
  });
}

/** Ends the request with the entered token; undefined where the dialog was cancelled. */
export function answerToken(token: string | undefined): void {
  if (token !== undefined) sessionStorage.setItem(KEY, token);
  answer?.(token !== undefined);
  answer = undefined;
  notify();
}

/** Whether a request for a token is open. */
export const isTokenWanted = () => answer !== undefined;

/** Whether the server refused the token that was entered last. */
export const isTokenWrong = () => isRefused;

export function watchToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  for (const listener of listeners) listener();
}
