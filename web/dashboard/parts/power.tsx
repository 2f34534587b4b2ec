// A power with its direction as arrow, word and colour.
import { ARROWS, directionOf, directionWithin, formats, type Rating } from "../text/format.ts";
import { words } from "../text/words.ts";

interface PowerProps {
  readonly mw: number;
  /** The rating of the asset; left out for the power of several. */
  readonly rating?: Rating;
}

/** A power with its direction as arrow, word and colour. */
export function Power({ mw, rating }: PowerProps) {
  const direction = rating === undefined ? directionOf(mw) : directionWithin(mw, rating);
  return (
    <span className={`power ${direction}`}>
      <span className="arrow" aria-hidden="true">
        {ARROWS[direction]}
      </span>
      <span className="number">{formats.power(mw)}</span>
      <span className="word">{words.power[direction]}</span>
    </span>
  );
}
