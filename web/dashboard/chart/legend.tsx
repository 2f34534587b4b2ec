// The legend of a chart: its lines with their values, and buttons that hide and show them.
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { figureOf, type Line, newestOf, valueAt } from "./line.ts";

interface LegendProps {
  readonly lines: readonly Line[];
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  /** The instant under the pointer; undefined where it is elsewhere: then the newest values are shown. */
  readonly pointedMs: number | undefined;
  readonly socBoundsPct: readonly number[] | undefined;
}

export function Legend({ lines, hidden, toggle, pointedMs, socBoundsPct }: LegendProps) {
  const nowMs = newestMs(lines);
  const shownMs = pointedMs ?? nowMs;
  return (
    <ul className="legend" aria-label={words.chart.legend}>
      <li>
        <span className="muted">{words.chart.time}</span>{" "}
        <span className="legend-time">{shownMs === undefined ? "–" : formats.moment(shownMs)}</span>
      </li>
      {lines.filter(isNamed).map((line) => (
        <li key={line.key}>
          <button
            type="button"
            aria-pressed={!hidden.has(line.key)}
            title={words.chart.toggle(line.label)}
            onClick={() => toggle(line.key)}
          >
            <Swatch line={line} />
            {line.label}
          </button>{" "}
          <span>{valuesOf(line, lines, pointedMs, nowMs)}</span>
        </li>
      ))}
      {socBoundsPct !== undefined && (
        <li className="muted">
          {words.chart.socWithin(socBoundsPct.map((pct) => formats.plain(pct)).join(" – "))}
        </li>
      )}
    </ul>
  );
}

/** What is foreseen of another line has no entry of its own. */
const isNamed = (line: Line, index: number, lines: readonly Line[]) =>
  lines.findIndex(({ key }) => key === line.key) === index;

/** The value of a line, and of what is foreseen of it. */
function valuesOf(
  line: Line,
  lines: readonly Line[],
  pointedMs: number | undefined,
  nowMs: number | undefined,
): string {
  const ahead = lines.findLast(({ key }) => key === line.key);
  const wordsOf = (one: Line) => valueWords(one, pointedMs, nowMs);
  if (ahead === undefined || ahead === line) return wordsOf(line);
  const isLater = pointedMs !== undefined && pointedMs > (line.atMs.at(-1) ?? 0);
  if (pointedMs !== undefined) return wordsOf(isLater ? ahead : line);
  return `${wordsOf(line)} · ${wordsOf(ahead)}`;
}

/** The newest instant of what is past. */
function newestMs(lines: readonly Line[]): number | undefined {
  const newest = lines.flatMap((line) => (line.isAhead ? [] : (newestOf(line)?.atMs ?? [])));
  return newest.length === 0 ? undefined : Math.max(...newest);
}

/** Where the pointer is elsewhere, what is foreseen is shown for the end, with its time. */
function valueWords(line: Line, pointedMs: number | undefined, nowMs = Date.now()): string {
  if (pointedMs !== undefined) return figureOf(line, valueAt(line, pointedMs));
  const newest = newestOf(line);
  const figure = figureOf(line, newest?.value);
  if (newest === undefined || !line.isAhead) return figure;
  return words.chart.figureAt(figure, formats.timeSeen(newest.atMs, nowMs));
}

/** The look of a line, as in the chart. */
function Swatch({ line: { colour, isSplit, dash, stacked } }: { line: Line }) {
  const stroke = `var(--${colour})`;
  return (
    <svg className="swatch" width="18" height="8" aria-hidden="true">
      {stacked !== undefined ? (
        <rect width="18" height="8" fill={stroke} />
      ) : (
        <>
          <line x1="0" x2="18" y1="4" y2="4" stroke={stroke} strokeDasharray={dash?.join(" ")} />
          {isSplit && (
            <line
              x1="9"
              x2="18"
              y1="4"
              y2="4"
              stroke="var(--charge)"
              strokeDasharray={dash?.join(" ")}
            />
          )}
        </>
      )}
    </svg>
  );
}
