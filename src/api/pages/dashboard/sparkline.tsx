import { useEffect, useRef } from "react";

const WIDTH_PX = 96;
const HEIGHT_PX = 28;

interface SparklineProps {
  /** Oldest first, in MW. */
  readonly powers: Float32Array;
  /** How many fill the whole width. */
  readonly capacity: number;
  readonly minMw: number;
  readonly maxMw: number;
}

/** The last powers of an asset between its ratings, with zero as a line. */
export function Sparkline({ powers, capacity, minMw, maxMw }: SparklineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const ratio = devicePixelRatio;
    element.width = WIDTH_PX * ratio;
    element.height = HEIGHT_PX * ratio;
    context.scale(ratio, ratio);
    const style = getComputedStyle(element);
    const yOf = (mw: number) => 2 + ((HEIGHT_PX - 4) * (maxMw - mw)) / (maxMw - minMw || 1);
    const xOf = (index: number) =>
      WIDTH_PX - ((powers.length - 1 - index) * WIDTH_PX) / (capacity - 1);

    context.fillStyle = style.getPropertyValue("--line");
    context.fillRect(0, yOf(0), WIDTH_PX, 1);
    for (const [sign, name] of [
      [1, "--discharge"],
      [-1, "--charge"],
    ] as const) {
      context.fillStyle = style.getPropertyValue(name);
      // As one figure: each for itself would show its edges.
      context.beginPath();
      powers.forEach((mw, index) => {
        if (mw * sign <= 0) return;
        const y = yOf(mw);
        const wide = WIDTH_PX / (capacity - 1) + 0.5;
        context.rect(xOf(index) - wide, Math.min(y, yOf(0)), wide, Math.abs(y - yOf(0)));
      });
      context.fill();
    }
  });
  return <canvas ref={canvas} className="sparkline" role="img" aria-label="Trend of its power" />;
}
