// A hook for the width of an element.
import { type RefObject, useLayoutEffect, useState } from "react";

/** The width of an element in px, as it changes; 0 before it is laid out. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const target = element.current;
    const look = () => setWidthPx(target.clientWidth);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return widthPx;
}
