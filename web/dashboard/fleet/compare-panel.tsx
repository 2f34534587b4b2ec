// A panel that compares assets, or stacks powers by site or asset.
import type { ReactNode } from "react";
import type { Annotations } from "../chart/annotations.ts";
import { ChartPanel } from "../chart/chart-panel.tsx";
import type { Line } from "../chart/line.ts";
import { LinesTable } from "../chart/lines-table.tsx";
import { shownBounds } from "../chart/shown-bounds.ts";
import { alignLines, restOf, stackLines } from "../chart/stack.ts";
import type { Trace } from "../chart/trace.ts";
import { useSpan } from "../chart/use-span.ts";
import { useTraces } from "../chart/use-traces.ts";
import { Timeline } from "../dispatch/timeline.tsx";
import { useTimeline } from "../dispatch/use-timeline.ts";
import type { FleetAsset } from "../live/asset-list.ts";
import { useLive } from "../live/use-live.ts";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import { AssetPicker } from "./asset-picker.tsx";
import { comparedOf, type Kind } from "./compared.ts";
import { type Part, useParts } from "./use-parts.ts";

interface ComparePanelProps {
  readonly kind: Exclude<Kind, "fleet">;
  readonly assets: readonly FleetAsset[];
  readonly tools: ReactNode;
}

export function ComparePanel({ kind, assets, tools }: ComparePanelProps) {
  const live = useLive();
  const [params, changeParams] = useParams();
  const { ids, of } = comparedOf(params);
  const { parts, sources, chosen, dispatchesOf } = useParts(kind, assets, ids);
  const [span, setSpan] = useSpan(0);
  const traces = useTraces(sources, span);
  const dispatches = useTimeline(dispatchesOf);
  const nowMs = live.fleet?.totals?.timestampMs ?? Date.now();
  const lines = linesOf(kind, parts, traces, of);
  const firsts = lines.flatMap(({ atMs, values }) => atMs[values.findIndex(isThere)] ?? []);
  const firstMs = firsts.length === 0 ? undefined : Math.min(...firsts);
  const { fromMs, untilMs } = shownBounds(span, firstMs, nowMs);
  const isAhead = untilMs > nowMs + 1000 * live.tickS;
  const annotations: Annotations = { ...(isAhead && { nowMs }), risks: [] };
  const title = words.compare.titles[kind];
  return (
    <ChartPanel
      title={title}
      name={title}
      span={span}
      setSpan={setSpan}
      firstAheadS={0}
      bounds={{ fromMs, untilMs }}
      lines={lines}
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
      <LinesTable summary={words.compare.asTable} lines={lines} fileName={title} />
    </ChartPanel>
  );
}

const isThere = (value: number | null) => value !== null;

/** Dashes beside the colours. */
const DASHES: readonly (readonly number[] | undefined)[] = [
  undefined,
  [9, 3],
  [3, 3],
  [9, 3, 2, 3],
];

function linesOf(
  kind: ComparePanelProps["kind"],
  parts: readonly Part[],
  traces: readonly Trace[],
  of: "power" | "soc",
): Line[] {
  if (traces.length !== parts.length) return [];
  const isSoc = kind === "compare" && of === "soc";
  const lines = parts.map(({ id, name }, index): Line => {
    const points = traces[index]?.points() ?? [];
    const dash = kind === "compare" ? DASHES[Math.floor(index / 3) % DASHES.length] : undefined;
    return {
      ...{ key: id, label: name, name, scale: isSoc ? "pct" : "mw", colour: `line-${index + 1}` },
      ...(dash !== undefined && { dash }),
      atMs: points.map(({ atMs }) => atMs),
      values: points.map(({ meanMw, socPct }) => (isSoc ? socPct : meanMw)),
    };
  });
  if (kind === "compare") return lines;
  const [whole, ...shown] = alignLines(lines);
  if (whole === undefined) return [];
  const rest: Line = { ...whole, colour: "idle", values: restOf(whole, shown) };
  const hasRest = rest.values.some((value) => Math.abs(value ?? 0) > LEAST_REST_MW);
  return stackLines(hasRest ? [...shown, rest] : shown);
}

/** Less than this is a rest of rounding, in MW. */
const LEAST_REST_MW = 1e-6;

function stateOf(traces: readonly Trace[]): ReturnType<Trace["state"]> {
  const states = traces.map((trace) => trace.state());
  const failed = states.find((state) => typeof state === "object");
  if (failed !== undefined) return failed;
  return traces.length === 0 || states.includes("loading") ? "loading" : "loaded";
}
