// The controls of the span of a chart: ranges, what is ahead, and moves through time.
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { AHEADS_S, move, RANGES_S, type Span, zoom } from "./span.ts";

interface SpanControlsProps {
  readonly span: Span;
  readonly setSpan: (span: Span) => void;
  /** How much of what is to come is shown at first, in s. */
  readonly firstAheadS: number;
  readonly nowMs: number;
}

export function SpanControls({ span, setSpan, firstAheadS, nowMs }: SpanControlsProps) {
  const isLatest = span.kind === "latest";
  const aheadS = isLatest ? span.aheadS : firstAheadS;
  const lengthS = isLatest ? span.lengthS : RANGES_S[0];
  return (
    <>
      <fieldset className="segments" aria-label={words.chart.range}>
        {RANGES_S.map((choiceS) => (
          <button
            type="button"
            key={choiceS}
            title={words.chart.last(formats.duration(choiceS))}
            aria-pressed={isLatest && span.lengthS === choiceS}
            onClick={() => setSpan({ kind: "latest", lengthS: choiceS, aheadS })}
          >
            {formats.duration(choiceS)}
          </button>
        ))}
      </fieldset>
      <label className="ahead">
        {words.chart.ahead}
        <select
          value={isLatest ? aheadS : ""}
          onChange={({ currentTarget }) =>
            setSpan({
              kind: "latest",
              lengthS: lengthS as number,
              aheadS: Number(currentTarget.value),
            })
          }
        >
          {!isLatest && <option value="">{words.chart.asPicked}</option>}
          {[...new Set([...AHEADS_S, aheadS])].map((choiceS) => (
            <option key={choiceS} value={choiceS}>
              {choiceS === 0 ? words.page.none : formats.duration(choiceS)}
            </option>
          ))}
        </select>
      </label>
      <fieldset className="segments" aria-label={words.chart.move}>
        <Step label={words.chart.earlier} sign="‹" step={() => setSpan(move(span, -0.5, nowMs))} />
        <Step label={words.chart.later} sign="›" step={() => setSpan(move(span, 0.5, nowMs))} />
        <Step label={words.chart.zoomIn} sign="+" step={() => setSpan(zoom(span, 0.5, nowMs))} />
        <Step label={words.chart.zoomOut} sign="−" step={() => setSpan(zoom(span, 2, nowMs))} />
      </fieldset>
    </>
  );
}

interface StepProps {
  readonly label: string;
  readonly sign: string;
  readonly step: () => void;
}

function Step({ label, sign, step }: StepProps) {
  return (
    <button type="button" aria-label={label} onClick={step}>
      {sign}
    </button>
  );
}
