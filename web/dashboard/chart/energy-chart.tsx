// The energy per day or month as bars, as a table, and as CSV.

import { useEffect, useRef, useState } from "react";
import type { PowerLimit } from "../api/operations.ts";
import { coloursAt } from "../parts/colours.ts";
import { Said } from "../parts/said.tsx";
import { csvBlob, saveFile } from "../parts/save-file.ts";
import { useWidth } from "../parts/use-width.ts";
import { useParams } from "../route/use-place.ts";
import { wholeParam } from "../route/whole-param.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";
import { drawEnergy } from "./energy-drawing.ts";
import {
  csvOfPeriods,
  cyclesOf,
  type EnergyPeriod,
  hasLimits,
  MOST_BACK,
  type PeriodUnit,
} from "./energy-periods.ts";
import { POWER_LIMITS } from "./limit-times.ts";
import { savePicture } from "./picture.ts";
import { TimesAtLimits } from "./times-at-limits.tsx";
import type { TraceSource } from "./trace-source.ts";
import { useEnergy } from "./use-energy.ts";

interface EnergyChartProps {
  readonly source: TraceSource;
  readonly name: string;
  readonly capacityMwhr: number;
  readonly unit: PeriodUnit;
}

export function EnergyChart({ source, name, capacityMwhr, unit: wanted }: EnergyChartProps) {
  const [params, changeParams] = useParams();
  const back = wholeParam(params.back, { least: 0, most: MOST_BACK[wanted] }) ?? 0;
  const { unit, periods, error } = useEnergy(source, wanted, back);
  const canvas = useRef<HTMLCanvasElement>(null);
  const goBack = (next: number) => changeParams({ back: next === 0 ? undefined : String(next) });
  const fileName = words.energy.fileOf(name);
  return (
    <>
      <div className="tools">
        <button type="button" disabled={back >= MOST_BACK[wanted]} onClick={() => goBack(back + 1)}>
          {words.chart.earlier}
        </button>
        <button type="button" disabled={back === 0} onClick={() => goBack(back - 1)}>
          {words.chart.later}
        </button>
      </div>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {periods === undefined && error === undefined && <p role="status">{words.page.loading}</p>}
      {periods !== undefined && (
        <>
          <Bars periods={periods} unit={unit} canvas={canvas} />
          <Sums periods={periods} capacityMwhr={capacityMwhr} />
          <TimesAtLimits parts={periods} />
          <div className="tools">
            <button
              type="button"
              onClick={() => canvas.current && picture(canvas.current, periods, fileName)}
            >
              {words.chart.exportPicture}
            </button>
            <button
              type="button"
              onClick={() =>
                saveFile(`${fileName}.csv`, csvBlob(csvOfPeriods(periods, capacityMwhr)))
              }
            >
              {words.chart.exportCsv}
            </button>
          </div>
          <PeriodTable periods={periods} unit={unit} capacityMwhr={capacityMwhr} />
        </>
      )}
    </>
  );
}

function picture(canvas: HTMLCanvasElement, periods: readonly EnergyPeriod[], fileName: string) {
  const entry = { scale: "mw", atMs: [], values: [] } as const;
  return savePicture({
    ...{ title: fileName, fileName, canvases: [canvas], colour: coloursAt(canvas) },
    bounds: { fromMs: periods[0]?.fromMs ?? 0, untilMs: periods.at(-1)?.untilMs ?? 0 },
    lines: [
      { ...entry, key: "out", label: words.energy.discharged, colour: "discharge" },
      { ...entry, key: "in", label: words.energy.charged, colour: "charge" },
    ],
  });
}

interface BarsProps {
  readonly periods: readonly EnergyPeriod[];
  readonly unit: PeriodUnit;
  readonly canvas: React.RefObject<HTMLCanvasElement | null>;
}

function Bars({ periods, unit, canvas }: BarsProps) {
  const holder = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(holder);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || widthPx === 0) return;
    const paint = () =>
      drawEnergy(element, periods, (period) => periodWords(period, unit), coloursAt(element));
    paint();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", paint);
    return () => dark.removeEventListener("change", paint);
  }, [periods, unit, canvas, widthPx]);
  return (
    <div ref={holder} className="energy-bars">
      <canvas ref={canvas} role="img" aria-label={words.energy.label(words.energy.units[unit])} />
    </div>
  );
}

const periodWords = ({ fromMs }: EnergyPeriod, unit: PeriodUnit) =>
  unit === "day" ? formats.day(fromMs) : formats.month(fromMs);

interface SumsProps {
  readonly periods: readonly EnergyPeriod[];
  readonly capacityMwhr: number;
}

function Sums({ periods, capacityMwhr }: SumsProps) {
  const sum = (of: (period: EnergyPeriod) => number) =>
    periods.reduce((total, period) => total + of(period), 0);
  return (
    <ul className="legend">
      <li>
        <span className="muted">{words.energy.discharged}</span>{" "}
        {formats.energy(sum(({ outMwhr }) => outMwhr))}
      </li>
      <li>
        <span className="muted">{words.energy.charged}</span>{" "}
        {formats.energy(sum(({ inMwhr }) => inMwhr))}
      </li>
      <li title={words.energy.cyclesMeaning}>
        <span className="muted">{words.energy.cycles}</span>{" "}
        {formats.figure(sum((period) => cyclesOf(period, capacityMwhr)))}
      </li>
    </ul>
  );
}

function PeriodTable({ periods, unit, capacityMwhr }: SumsProps & { readonly unit: PeriodUnit }) {
  const [isOpen, setOpen] = useState(false);
  const limits = hasLimits(periods) ? POWER_LIMITS : [];
  return (
    <details className="history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.energy.asTable}</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it
        <section className="scroller" aria-label={words.energy.asTable} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.energy.units[unit]}</th>
                <th scope="col">{words.energy.discharged}</th>
                <th scope="col">{words.energy.charged}</th>
                <th scope="col">{words.energy.cycles}</th>
                <th scope="col">{words.energy.covered}</th>
                {limits.map((limit) => (
                  <th key={limit} scope="col">
                    {words.energy.atLimit(termOf(limit))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {periods.toReversed().map((period) => (
                <tr key={period.fromMs}>
                  <th scope="row">{periodWords(period, unit)}</th>
                  <td>{formats.energy(period.outMwhr)}</td>
                  <td>{formats.energy(period.inMwhr)}</td>
                  <td>{formats.figure(cyclesOf(period, capacityMwhr))}</td>
                  <td>{formats.percent(100 * period.coverageRatio)}</td>
                  {limits.map((limit) => (
                    <td key={limit}>{atLimitText(period, limit)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

function atLimitText({ atLimitsS }: EnergyPeriod, limit: PowerLimit): string {
  return atLimitsS ? formats.duration(atLimitsS[limit] ?? 0) : "–";
}
