// What happens when another page is shown: it begins at its top, or, after Back, where it was left; the keyboard begins in it.
import { type RefObject, useEffect, useRef } from "react";

/** How far each address was scrolled, in px. */
const scrolls = new Map<string, number>();
/** More addresses than a person goes back through. */
const MOST_SCROLLS = 200;

/** For how long a page may grow until it is as long as it was left, in ms. */
const GROWTH_MS = 2000;

/** Scrolls to where a page was left, again while it grows. Returns a function that ends this. */
function scrollAsLeft(leftPx: number, content: HTMLElement | null): () => void {
  scrollTo(0, leftPx);
  // A screen may round to parts of a px.
  const isThere = () => Math.abs(scrollY - leftPx) < 2;
  if (content === null || isThere()) return () => {};
  const observer = new ResizeObserver(() => {
    scrollTo(0, leftPx);
    if (isThere()) observer.disconnect();
  });
  observer.observe(content);
  const timer = setTimeout(() => observer.disconnect(), GROWTH_MS);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}

/**
 * @param pageKey Identifies the page: what is chosen on it does not count.
 * @param content The element of the page, which gets the focus when the page changes.
 */
export function usePageTurn(pageKey: string, content: RefObject<HTMLElement | null>): void {
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    history.scrollRestoration = "manual";
    const remember = () => {
      if (scrolls.size >= MOST_SCROLLS) scrolls.clear();
      scrolls.set(location.hash, scrollY);
    };
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, []);
  useEffect(() => {
    const isFirst = shown.current === undefined;
    shown.current = pageKey;
    const isSeen = (history.state as { isSeen?: boolean } | null)?.isSeen === true;
    if (!isSeen) history.replaceState({ isSeen: true }, "");
    if (isFirst) return;
    content.current?.focus({ preventScroll: true });
    return scrollAsLeft(isSeen ? (scrolls.get(location.hash) ?? 0) : 0, content.current);
  }, [pageKey, content]);
}
