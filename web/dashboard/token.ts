// The token that the server wants of a change, kept as long as the tab.
const KEY = "mando.token";

let answer: ((given: boolean) => void) | undefined;
const listeners = new Set<() => void>();

/** The token that was given; undefined where none was. */
export function heldToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** Has the page ask for the token; false where the person gives none. */
export function promptForToken(): Promise<boolean> {
  answer?.(false);
  return new Promise((resolve) => {
    answer = resolve;
    notify();
  });
}

/** What the person gave; undefined where they would rather not. */
export function answerToken(token: string | undefined): void {
  if (token !== undefined) sessionStorage.setItem(KEY, token);
  answer?.(token !== undefined);
  answer = undefined;
  notify();
}

/** Whether somebody waits for a token. */
export const isTokenWanted = () => answer !== undefined;

export function watchToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  for (const listener of listeners) listener();
}
