// A timeline of dispatches below a chart, on its axis of time: a bar each.

import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { coloursAt } from "../parts/colours.ts";
import { Said } from "../parts/said.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { DispatchDialog } from "./dispatch-dialog.tsx";
import { lanesOf, SIGNS } from "./timeline-bars.ts";
import {
  type DrawnBar,
  drawTimeline,
  heightOf,
  placeBars,
  type Scale,
} from "./timeline-drawing.ts";
import { TimelineList } from "./timeline-list.tsx";
import { dispatchWords } from "./timeline-words.ts";
import type { TimelineState } from "./use-timeline.ts";

interface TimelineProps {
  readonly dispatches: TimelineState;
  /** Where the axis of time lies, in px from the left; and its bounds. */
  readonly scale: Scale;
  /** Whether there may be dispatches of several assets, whose names are shown then. */
  readonly hasNames: boolean;
  readonly onPick: (fromMs: number, untilMs: number) => void;
}

/** Narrower than this a drag is a click, in px. */
const CLICK_PX = 5;

export function Timeline({ dispatches, scale, hasNames, onPick }: TimelineProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [{ dispatch: openId }, changeParams] = useParams();
  const { list, error } = dispatches;
  const { leftPx, widthPx, fromMs, untilMs, nowMs } = scale;
  const lanes = useMemo(() => lanesOf(list, { fromMs, untilMs }), [list, fromMs, untilMs]);
  const bars = useMemo(
    () => placeBars(lanes, { leftPx, widthPx, fromMs, untilMs, nowMs }),
    [lanes, leftPx, widthPx, fromMs, untilMs, nowMs],
  );
  const open = (id: string | undefined) => changeParams({ dispatch: id });
  const drag = useDrag(bars, scale, onPick, open);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const colour = coloursAt(element);
    const paint = () =>
      drawTimeline(element, bars, { leftPx, widthPx, fromMs, untilMs, nowMs }, colour, openId);
    paint();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", paint);
    return () => dark.removeEventListener("change", paint);
  }, [bars, leftPx, widthPx, fromMs, untilMs, nowMs, openId]);

  const shown = bars.map(({ bar }) => bar);
  const statuses = [...new Set(shown.map(({ dispatch }) => dispatch.status))];
  return (
    <section className="timeline" aria-label={words.timeline.timeline}>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      <div className="timeline-bars">
        <canvas
          ref={canvas}
          role="img"
          aria-label={words.timeline.label(formats.count(shown.length))}
          style={{ height: heightOf(lanes) }}
          {...drag.handlers}
        />
        {drag.box !== undefined && <div className="timeline-box" style={drag.box} />}
        {shown.length === 0 && <p className="timeline-empty muted">{words.timeline.empty}</p>}
      </div>
      <ul className="timeline-signs muted" aria-hidden="true">
        {statuses.map((status) => (
          <li key={status}>
            {SIGNS[status]} {termOf(status)}
          </li>
        ))}
      </ul>
      <TimelineList bars={shown} hasNames={hasNames} open={open} />
      <DispatchDialog id={openId} onClose={() => open(undefined)} hasName={hasNames} />
    </section>
  );
}

/** A drag looks closer at a range, a click opens the bar under it. */
function useDrag(
  bars: readonly DrawnBar[],
  { leftPx, widthPx, fromMs, untilMs }: Scale,
  onPick: TimelineProps["onPick"],
  open: (id: string) => void,
) {
  const [range, setRange] = useState<{ readonly from: number; readonly to: number }>();
  const barAt = ({ nativeEvent: { offsetX, offsetY } }: PointerEvent) =>
    bars.findLast(
      ({ x, y, width, height }) =>
        offsetX >= x - 2 && offsetX <= x + width + 2 && offsetY >= y && offsetY <= y + height,
    )?.bar;
  const msAt = (x: number) => fromMs + ((x - leftPx) / widthPx) * (untilMs - fromMs);
  const within = (x: number) => Math.min(Math.max(x, leftPx), leftPx + widthPx);
  const handlers = {
    onPointerDown(event: PointerEvent<HTMLCanvasElement>) {
      event.currentTarget.setPointerCapture(event.pointerId);
      const from = within(event.nativeEvent.offsetX);
      setRange({ from, to: from });
    },
    onPointerMove(event: PointerEvent<HTMLCanvasElement>) {
      const to = within(event.nativeEvent.offsetX);
      if (range !== undefined) setRange({ ...range, to });
      const bar = barAt(event);
      event.currentTarget.title = bar === undefined ? "" : dispatchWords(bar, true);
      event.currentTarget.style.cursor = bar === undefined ? "crosshair" : "pointer";
    },
    onPointerUp(event: PointerEvent<HTMLCanvasElement>) {
      setRange(undefined);
      if (range === undefined) return;
      const [left, right] = [Math.min(range.from, range.to), Math.max(range.from, range.to)];
      if (right - left >= CLICK_PX) return onPick(msAt(left), msAt(right));
      const id = barAt(event)?.dispatch.id;
      if (id !== undefined) open(id);
    },
    onPointerCancel: () => setRange(undefined),
  };
  const box =
    range === undefined || Math.abs(range.to - range.from) < CLICK_PX
      ? undefined
      : { left: Math.min(range.from, range.to), width: Math.abs(range.to - range.from) };
  return { handlers, box };
}
