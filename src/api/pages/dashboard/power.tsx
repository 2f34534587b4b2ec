import { ARROWS, type Direction, directionOf, formats } from "./format.ts";

const WORDS: Readonly<Record<Direction, string>> = {
  charge: "charge",
  discharge: "discharge",
  idle: "idle",
};

/** A power with its direction as arrow, word and colour. */
export function Power({ mw }: { mw: number }) {
  const direction = directionOf(mw);
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
