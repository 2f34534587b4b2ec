// The points of a chart as a table.
import { useState } from "react";
import { csvBlob, saveFile } from "../parts/save-file.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { csvOf, HISTORY_COLUMNS, type HistoryColumn, sortPoints } from "./history-columns.ts";
import type { Trace } from "./trace.ts";

interface HistoryTableProps {
  readonly trace: Trace;
  /** The name of the asset, after which the file is named. */
  readonly name: string;
}

/** The points of the chart, as figures. */
export function HistoryTable({ trace, name }: HistoryTableProps) {
  const [isOpen, setOpen] = useState(false);
  const stepS = trace.stepS();
  return (
    <details className="history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {stepS === undefined ? words.chart.byTick : words.chart.bySteps(formats.duration(stepS))}
      </summary>
      {isOpen && <Figures trace={trace} name={name} />}
    </details>
  );
}

function Figures({ trace, name }: HistoryTableProps) {
  const [sort, setSort] = useState<HistoryColumn>("atMs");
  const [isDescending, setDescending] = useState(true);
  const points = sortPoints(trace.points(), sort, isDescending);
  const choose = (column: HistoryColumn) => {
    setDescending(column === sort ? !isDescending : true);
    setSort(column);
  };
  return (
    <>
      <div className="tools">
        <button
          type="button"
          onClick={() => saveFile(`${name}.csv`, csvBlob(csvOf(trace.points())))}
        >
          {words.chart.exportCsv}
        </button>
      </div>
      {/* It scrolls: keys reach it by the buttons in its head. */}
      <section className="scroller" aria-label={words.chart.figures}>
        <table>
          <thead>
            <tr>
              {HISTORY_COLUMNS.map(({ column, title }) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={column !== sort ? "none" : isDescending ? "descending" : "ascending"}
                >
                  <button type="button" onClick={() => choose(column)}>
                    {words.chart[title]}
                    <span aria-hidden="true">
                      {column !== sort ? "" : isDescending ? " ▾" : " ▴"}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.atMs}>
                {HISTORY_COLUMNS.map(({ column, show }) => {
                  const value = point[column];
                  return <td key={column}>{value === null ? "–" : show(value)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
