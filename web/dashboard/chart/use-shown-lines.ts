// A hook for which lines of a chart are hidden, and how its SoC is scaled, which the address has.
import { useMemo } from "react";
import { useParams } from "../route/use-place.ts";

interface ShownLines {
  /** Keys of lines. */
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  /** Whether the axis of SoC is 0 to 100 %. */
  readonly isWholeSoc: boolean;
  readonly setWholeSoc: (isWhole: boolean) => void;
}

export function useShownLines(): ShownLines {
  const [{ hide = "", soc }, changeParams] = useParams();
  const hidden = useMemo(() => new Set(hide.split(",").filter((key) => key !== "")), [hide]);
  return {
    hidden,
    toggle(key) {
      const next = new Set(hidden);
      if (!next.delete(key)) next.add(key);
      changeParams({ hide: next.size === 0 ? undefined : [...next].join(",") });
    },
    isWholeSoc: soc === "whole",
    setWholeSoc: (isWhole) => changeParams({ soc: isWhole ? "whole" : undefined }),
  };
}
