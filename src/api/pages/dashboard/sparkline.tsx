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
    prepare(element, context);
    const { line, discharge, charge } = readColours();
    const yOf = (mw: number) => 2 + ((HEIGHT_PX - 4) * (maxMw - mw)) / (maxMw - minMw || 1);
    const xOf = (index: number) =>
      WIDTH_PX - ((powers.length - 1 - index) * WIDTH_PX) / (capacity - 1);

    context.fillStyle = line;
    context.fillRect(0, yOf(0), WIDTH_PX, 1);
    for (const [sign, colour] of [
      [1, discharge],
      [-1, charge],
    ] as const) {
      context.fillStyle = colour;
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

/** Makes a canvas as fine as the screen, and empty. */
function prepare(element: HTMLCanvasElement, context: CanvasRenderingContext2D): void {
  const ratio = devicePixelRatio;
  if (element.width === WIDTH_PX * ratio) {
    context.clearRect(0, 0, WIDTH_PX, HEIGHT_PX);
    return;
  }
  element.width = WIDTH_PX * ratio;
  element.height = HEIGHT_PX * ratio;
  context.scale(ratio, ratio);
}

const isDark = matchMedia("(prefers-color-scheme: dark)");
let colours:
  | { readonly line: string; readonly discharge: string; readonly charge: string }
  | undefined;
isDark.addEventListener("change", () => {
  colours = undefined;
});

/** Those of the page: asked for once, as a row after the other would ask for them. */
function readColours() {
  if (colours === undefined) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name);
    colours = {
      line: colour("--line"),
      discharge: colour("--discharge"),
      charge: colour("--charge"),
    };
  }
  return colours;
}
