// A power with its direction as arrow, word and colour.
import {
  ARROWS,
  type Direction,
  directionOf,
  directionWithin,
  formats,
  type Rating,
} from "../text/format.ts";

const WORDS: Readonly<Record<Direction, string>> = {
  charge: "charge",
  discharge: "discharge",
  idle: "idle",
};

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
      <span className="word">{WORDS[direction]}</span>
    </span>
  );
}
