// The address of what is shown. A choice shows at once, and is written to the address after the picture that shows it:
// the browser takes longer for that than the page for a chart.

/** `push` adds a step for Back; `replace` does not, for what changes with every key. */
export type Step = "push" | "replace";

const listeners = new Set<() => void>();
let shown = location.hash;
let unwritten: { readonly hash: string; readonly step: Step }[] = [];

/** The hash of what is shown. */
export const shownHash = (): string => shown;

/** Shows what another hash says. */
export function showHash(hash: string, step: Step): void {
  shown = hash;
  unwritten.push({ hash, step });
  if (document.hidden) write();
  else if (unwritten.length === 1) requestAnimationFrame(() => setTimeout(write));
  for (const listener of listeners) listener();
}

/** Calls the listener where another hash is shown. Returns a function that ends this. */
export function watchHash(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function write(): void {
  for (const { hash, step } of unwritten) {
    if (step === "push") history.pushState({ isSeen: true }, "", hash);
    else history.replaceState({ isSeen: true }, "", hash);
  }
  unwritten = [];
}

/** A link, Back or a typed address leads elsewhere. */
function follow(): void {
  unwritten = [];
  shown = location.hash;
  for (const listener of listeners) listener();
}
addEventListener("popstate", follow);
addEventListener("hashchange", follow);
