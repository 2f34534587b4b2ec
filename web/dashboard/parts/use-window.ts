// A hook for the visible rows of a list.
import { type RefObject, useLayoutEffect, useState } from "react";
import { type RowWindow, windowOf } from "./windowing.ts";

/** The rows of a list that are on the screen, as the page scrolls. */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  rowPx: number,
  rowCount: number,
): RowWindow {
  const [shown, setShown] = useState<RowWindow>({ first: 0, last: 0 });
  useLayoutEffect(() => {
    const look = () => {
      if (!list.current) return;
      const { top } = list.current.getBoundingClientRect();
      const next = windowOf(-top, innerHeight, rowPx, rowCount);
      setShown((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [list, rowPx, rowCount]);
  return shown;
}
