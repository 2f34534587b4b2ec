// A sparkline of the last powers of an asset.
import { words } from "../text/words.ts";

const WIDTH_PX = 96;
const HEIGHT_PX = 28;
/** Free space above the highest power and below the lowest. */
const EDGE_PX = 2;

interface SparklineProps {
  /** Powers, oldest first, in MW. */
  readonly powers: Float32Array;
  /** The number of powers that fill the whole width. */
  readonly capacity: number;
  readonly minMw: number;
  readonly maxMw: number;
}

/** The last powers of an asset between its ratings, with zero as a line. */
export function Sparkline({ powers, capacity, minMw, maxMw }: SparklineProps) {
  const stepPx = WIDTH_PX / capacity;
  const pxPerMw = (HEIGHT_PX - 2 * EDGE_PX) / (maxMw - minMw || 1);
  const zeroPx = EDGE_PX + maxMw * pxPerMw;
  /** The area between zero and the powers of one direction. */
  const areaOf = (sign: number) => {
    let path = `M${WIDTH_PX - powers.length * stepPx} ${zeroPx}`;
    for (const mw of powers) {
      const y = mw * sign > 0 ? zeroPx - mw * pxPerMw : zeroPx;
      path += `V${Math.round(y * 10) / 10}h${stepPx}`;
    }
    return `${path}V${zeroPx}Z`;
  };
  return (
    <svg className="sparkline" role="img" aria-label={words.fleet.trendOf}>
      <path className="zero" d={`M0 ${zeroPx}H${WIDTH_PX}`} />
      <path className="discharge" d={areaOf(1)} />
      <path className="charge" d={areaOf(-1)} />
    </svg>
  );
}
