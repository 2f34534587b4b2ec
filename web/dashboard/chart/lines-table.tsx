// The lines of a chart as a table, and as CSV.
import { useState } from "react";
import { csvBlob, saveFile } from "../parts/save-file.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { figureOf, type Line, rowsOfLines } from "./line.ts";
import { csvOfLines } from "./lines-csv.ts";

interface LinesTableProps {
  readonly summary: string;
  readonly lines: readonly Line[];
  readonly fileName: string;
}

export function LinesTable({ summary, lines, fileName }: LinesTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && (
        <>
          <div className="tools">
            <button
              type="button"
              onClick={() => saveFile(`${fileName}.csv`, csvBlob(csvOfLines(lines)))}
            >
              {words.chart.exportCsv}
            </button>
          </div>
          <Rows lines={lines} label={summary} />
        </>
      )}
    </details>
  );
}

function Rows({ lines, label }: { readonly lines: readonly Line[]; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it
    <section className="scroller" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.chart.time}</th>
            {lines.map(({ key, label: name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOfLines(lines).map(({ atMs, values }) => (
            <tr key={atMs}>
              <td>{formats.moment(atMs)}</td>
              {lines.map((line, index) => (
                <td key={line.key}>{figureOf(line, values[index])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
