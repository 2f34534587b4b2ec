// A power with its direction as arrow, word and colour.
import {
  ARROWS,
  directionOf,
  directionOfTotal,
  directionWithin,
  formats,
  type Rating,
} from "../text/format.ts";
import { words } from "../text/words.ts";

interface PowerProps {
  readonly mw: number;
  /** The rating of the asset whose power it is. */
  readonly rating?: Rating;
  /** The ratings of the assets together whose power it is; without either it is a power that is requested. */
  readonly totalRating?: Rating;
}

/** A power with its direction as arrow, word and colour. */
export function Power(props: PowerProps) {
  const { mw } = props;
  const direction = directionBy(props);
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

function directionBy({ mw, rating, totalRating }: PowerProps) {
  if (rating !== undefined) return directionWithin(mw, rating);
  return totalRating === undefined ? directionOf(mw) : directionOfTotal(mw, totalRating);
}
