// A panel with a chart, its controls, and what lies below it on the same axis of time.

import { type ReactNode, useCallback, useRef, useState } from "react";
import { useLive } from "../live/use-live.ts";
import { coloursAt } from "../parts/colours.ts";
import { Said } from "../parts/said.tsx";
import { words } from "../text/words.ts";
import type { Annotations } from "./annotations.ts";
import { Chart, type PlotArea } from "./chart.tsx";
import type { Line } from "./line.ts";
import type { Bounds, Span } from "./span.ts";
import { SpanControls } from "./span-controls.tsx";
import { TimePicker } from "./time-picker.tsx";
import type { Trace } from "./trace.ts";
import { useShownLines } from "./use-shown-lines.ts";

interface ChartPanelProps {
  readonly title: string;
  /** The name of what is shown, after which files are named. */
  readonly name: string;
  readonly span: Span;
  readonly setSpan: (span: Span) => void;
  readonly firstAheadS: number;
  readonly bounds: Bounds;
  readonly lines: readonly Line[];
  readonly annotations: Annotations;
  readonly state: ReturnType<Trace["state"]>;
  /** More controls, before those of time. */
  readonly tools?: ReactNode;
  /** What lies right below the chart, along its axis of time. */
  readonly strip?: (area: PlotArea) => ReactNode;
  readonly children?: ReactNode;
}

export function ChartPanel(props: ChartPanelProps) {
  const { title, name, span, setSpan, firstAheadS, bounds, lines, state } = props;
  const live = useLive("chart");
  const { hidden, toggle, isWholeSoc, setWholeSoc } = useShownLines();
  const [area, setArea] = useState<PlotArea>({ leftPx: 64, widthPx: 0 });
  const onPick = useCallback(
    (fromMs: number, untilMs: number) => setSpan({ kind: "window", fromMs, untilMs }),
    [setSpan],
  );
  const section = useRef<HTMLElement>(null);
  const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
  const shown = lines.filter(({ key }) => !hidden.has(key));
  async function save(): Promise<void> {
    if (section.current === null) return;
    const { savePicture } = await import("./picture.ts");
    const canvases = [...section.current.querySelectorAll("canvas")];
    const colour = coloursAt(section.current);
    await savePicture({
      title: `${name}: ${title}`,
      fileName: name,
      bounds,
      lines: shown,
      canvases,
      colour,
    });
  }
  const isEmpty =
    state === "loaded" && lines.every(({ values }) => values.every((value) => value === null));
  return (
    <section className="card trace" aria-label={title} ref={section}>
      <div className="panel-head">
        <h2>{title}</h2>
        <div className="tools">
          {props.tools}
          <TimePicker bounds={bounds} nowMs={nowMs} onPick={onPick} />
          <SpanControls span={span} setSpan={setSpan} firstAheadS={firstAheadS} nowMs={nowMs} />
        </div>
      </div>
      <div className="chart-holder">
        <Chart
          label={words.chart.label(title)}
          lines={lines}
          hidden={hidden}
          toggle={toggle}
          annotations={props.annotations}
          isWholeSoc={isWholeSoc}
          bounds={bounds}
          onPick={onPick}
          onArea={setArea}
        />
        <Veil state={state} isEmpty={isEmpty} />
      </div>
      {props.strip?.(area)}
      <div className="chart-foot">
        <p className="hint muted">{words.chart.hint}</p>
        <div className="tools">
          {lines.some(({ scale }) => scale === "pct") && (
            <label className="check">
              <input
                type="checkbox"
                checked={isWholeSoc}
                onChange={(event) => setWholeSoc(event.currentTarget.checked)}
              />
              {words.chart.wholeSoc}
            </label>
          )}
          <button type="button" className="quiet" onClick={save}>
            {words.chart.exportPicture}
          </button>
        </div>
      </div>
      {props.children}
    </section>
  );
}

function Veil({ state, isEmpty }: Pick<ChartPanelProps, "state"> & { readonly isEmpty: boolean }) {
  if (typeof state === "object")
    return (
      <p className="veil" role="alert">
        <Said text={state.error} />
      </p>
    );
  if (state === "loading") return <p className="veil">{words.page.loading}</p>;
  return isEmpty ? <p className="veil">{words.chart.empty}</p> : null;
}
