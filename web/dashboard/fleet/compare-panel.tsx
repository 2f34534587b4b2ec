// A panel that compares assets, or stacks powers by site or asset.
import { type ReactNode, useMemo } from "react";
import { risksOf } from "../chart/annotations.ts";
import { ChartPanel } from "../chart/chart-panel.tsx";
import { LinesTable } from "../chart/lines-table.tsx";
import { shownBounds } from "../chart/shown-bounds.ts";
import { MOST_FORESEEN_SITES } from "../chart/sources.ts";
import type { Trace } from "../chart/trace.ts";
import { useForecastBy } from "../chart/use-forecast.ts";
import { useSpan } from "../chart/use-span.ts";
import { useTraces } from "../chart/use-traces.ts";
import { Timeline } from "../dispatch/timeline.tsx";
import { useTimeline } from "../dispatch/use-timeline.ts";
import type { FleetAsset } from "../live/asset-list.ts";
import { useLive } from "../live/use-live.ts";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { AssetPicker } from "./asset-picker.tsx";
import { comparedOf } from "./compared.ts";
import { comparedAhead, comparedPast, type PartsKind } from "./compared-lines.ts";
import { useParts } from "./use-parts.ts";

interface ComparePanelProps {
  readonly kind: PartsKind;
  readonly assets: readonly FleetAsset[];
  readonly tools: ReactNode;
}

export function ComparePanel({ kind, assets, tools }: ComparePanelProps) {
  const live = useLive("chart");
  const [params, changeParams] = useParams();
  const { ids, of } = comparedOf(params);
  const { parts, sources, chosen, dispatchesOf, readAhead } = useParts(kind, assets, ids);
  const [span, setSpan] = useSpan(0);
  const traces = useTraces(sources, span);
  const dispatches = useTimeline(dispatchesOf);
  const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
  const isLoaded = traces.length === parts.length;
  const past = comparedPast(kind, of, parts, isLoaded ? traces.map((it) => it.points()) : []);
  const firsts = past.flatMap(({ atMs, values }) => atMs[values.findIndex(isThere)] ?? []);
  const firstMs = firsts.length === 0 ? undefined : Math.min(...firsts);
  const { fromMs, untilMs } = shownBounds(span, firstMs, nowMs);
  const isAhead = untilMs > nowMs + 1000 * live.tickS;
  const foreseen = useForecastBy(sources, readAhead, span, dispatches.version, isAhead);
  const ahead =
    foreseen === undefined ? [] : comparedAhead(kind, of, parts, foreseen.foreseenOf, nowMs);
  const risks = useMemo(() => risksOf(dispatches.list), [dispatches.list]);
  const annotations = { ...(isAhead && { nowMs }), risks };
  const title = words.compare.titles[kind];
  return (
    <ChartPanel
      title={title}
      name={title}
      span={span}
      setSpan={setSpan}
      firstAheadS={0}
      bounds={{ fromMs, untilMs }}
      lines={[...past, ...ahead]}
      annotations={annotations}
      state={stateOf(traces)}
      tools={
        <>
          {tools}
          {kind === "compare" && (
            <label className="check">
              <input
                type="checkbox"
                checked={of === "soc"}
                onChange={({ currentTarget: { checked } }) =>
                  changeParams({ of: checked ? "soc" : undefined })
                }
              />
              {words.compare.ofSoc}
            </label>
          )}
        </>
      }
      strip={({ leftPx, widthPx }) => (
        <Timeline
          dispatches={dispatches}
          scale={{ leftPx, widthPx, fromMs, untilMs, nowMs }}
          hasNames
          onPick={(from, until) => setSpan({ kind: "window", fromMs: from, untilMs: until })}
        />
      )}
    >
      {kind !== "sites" && (
        <AssetPicker
          assets={assets}
          chosen={chosen}
          choose={(next) =>
            changeParams({ compare: next.length === 0 ? undefined : next.join(",") })
          }
        />
      )}
      {foreseen?.isPartial === true && (
        <p className="hint muted">
          {words.compare.restUnknown(formats.count(MOST_FORESEEN_SITES))}
        </p>
      )}
      <LinesTable summary={words.compare.asTable} lines={past} fileName={title} />
      {ahead.length > 0 && (
        <LinesTable
          summary={words.chart.foreseenAsTable}
          lines={ahead}
          fileName={words.chart.foreseenOf(title)}
        />
      )}
    </ChartPanel>
  );
}

const isThere = (value: number | null) => value !== null;

function stateOf(traces: readonly Trace[]): ReturnType<Trace["state"]> {
  const states = traces.map((trace) => trace.state());
  const failed = states.find((state) => typeof state === "object");
  if (failed !== undefined) return failed;
  return traces.length === 0 || states.includes("loading") ? "loading" : "loaded";
}
