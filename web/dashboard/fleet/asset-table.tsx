// The table of assets, of which only the visible rows are drawn.
import { memo, useMemo, useRef } from "react";
import type { Fleet } from "../live/fleet.ts";
import { useLiveVersion } from "../live/use-live.ts";
import { useWidth } from "../parts/use-width.ts";
import { useWindow } from "../parts/use-window.ts";
import { isKiosk } from "../route/kiosk.ts";
import { hashOf } from "../route/place.ts";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import { columnsFor } from "./asset-columns.tsx";
import { AssetRow, SiteRow } from "./asset-row.tsx";
import { AssetToolbar } from "./asset-toolbar.tsx";
import { type Choice, choiceOf, paramsOf, type Sort } from "./choice.ts";
import { ChosenBar } from "./chosen-bar.tsx";
import { FLEET_CHART_ID } from "./fleet-chart.tsx";
import { movesRows, rankAssets, rowsOf } from "./rows.ts";
import { type Picks, usePicks } from "./use-picks.ts";

/** Height of a row, as in the style. */
const ROW_PX = 48;

interface AssetTableProps {
  readonly fleet: Fleet;
  /** The site whose assets it has; left out: all. */
  readonly siteId?: string;
}

/** The table of every asset, of which the visible rows are drawn. What is chosen is in the address. */
export const AssetTable = memo(function AssetTable({ fleet, siteId }: AssetTableProps) {
  const [params, changeParams] = useParams();
  const choice = useMemo(() => choiceOf(params), [params]);
  const ranks = useMemo(() => rankAssets(fleet.assets), [fleet]);
  const version = useLiveVersion("table");
  // New columns with every report only where reports move rows, so that other rows are not sorted again.
  const values = movesRows(choice) ? fleet.columns : undefined;
  // Before the first report nothing says which rows there are, or their order.
  const isKnown = values === undefined || fleet.totals !== undefined;
  const rows = useMemo(
    () => (isKnown ? rowsOf(fleet.assets, ranks, choice, values, siteId) : []),
    [isKnown, fleet, ranks, choice, values, siteId],
  );
  const card = useRef<HTMLElement>(null);
  const tablePx = useWidth(card);
  const columns = useMemo(() => columnsFor(tablePx, siteId !== undefined), [tablePx, siteId]);
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last } = useWindow(body, ROW_PX, rows.length);
  const picks = usePicks(fleet, rows);
  const columnCount = columns.length + (isKiosk ? 1 : 2);
  const choose = (change: Partial<Choice>) =>
    changeParams(paramsOf({ ...choice, ...change }), "text" in change ? "replace" : "push");

  return (
    <section
      className={`card table-card ${picks.assets.length > 0 ? "has-chosen" : ""}`}
      aria-label={words.fleet.assets}
      ref={card}
    >
      <AssetToolbar choice={choice} choose={choose} isOfSite={siteId !== undefined} />
      {!isKiosk && (
        <ChosenBar
          chosen={picks.assets}
          open={(next) => {
            if (siteId !== undefined) location.hash = hashOf({ kind: "fleet" }, next);
            else changeParams({ ...next, hide: undefined });
            if ("chart" in next) document.getElementById(FLEET_CHART_ID)?.focus();
          }}
          clear={() => {
            picks.clear();
            card.current?.querySelector<HTMLElement>("thead input")?.focus();
          }}
        />
      )}
      <table className="assets" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {!isKiosk && (
              <th scope="col" className="pick-column">
                <AllShown state={picks.shown} choose={picks.chooseShown} />
              </th>
            )}
            <Heading title={words.fleet.columns.asset} {...{ sort: "name", choice, choose }} />
            {columns.map(({ name, sort, widthPx }) => (
              <Heading
                key={name}
                title={words.fleet.columns[name]}
                {...{ sort, widthPx, choice, choose }}
              />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer rows={first} columnCount={columnCount} />
          {rows.slice(first, last).map((row, offset) => {
            const rowIndex = first + offset + 2;
            return typeof row === "number" ? (
              <AssetRow
                key={row}
                {...{ fleet, place: row, rowIndex, columns, version }}
                isChosen={isKiosk ? undefined : picks.isChosen(row)}
                choose={picks.choose}
              />
            ) : (
              <SiteRow key={`site ${row.siteId}`} {...{ fleet, row, rowIndex, columnCount }} />
            );
          })}
          <Spacer rows={rows.length - last} columnCount={columnCount} />
        </tbody>
      </table>
      {rows.length === 0 && isKnown && <p className="empty">{words.fleet.noFit}</p>}
    </section>
  );
});

interface AllShownProps {
  readonly state: Picks["shown"];
  readonly choose: Picks["chooseShown"];
}

/** A choice of every asset that the search and the filter leave. */
function AllShown({ state, choose }: AllShownProps) {
  return (
    <label className="pick">
      <input
        type="checkbox"
        aria-label={words.chosen.allShown}
        checked={state === "all"}
        ref={(input) => {
          if (input !== null) input.indeterminate = state === "some";
        }}
        onChange={({ currentTarget }) => choose(currentTarget.checked)}
      />
    </label>
  );
}

function Spacer({ rows, columnCount }: { rows: number; columnCount: number }) {
  if (rows <= 0) return null;
  return (
    <tr className="spacer">
      <td aria-hidden="true" colSpan={columnCount} style={{ height: rows * ROW_PX }} />
    </tr>
  );
}

interface HeadingProps {
  readonly title: string;
  readonly sort: Sort | undefined;
  /** In px; left out: the rest of the table. */
  readonly widthPx?: number;
  readonly choice: Choice;
  readonly choose: (change: Partial<Choice>) => void;
}

function Heading({ title, sort, widthPx, choice, choose }: HeadingProps) {
  const style = { width: widthPx };
  if (sort === undefined)
    return (
      <th scope="col" style={style}>
        {title}
      </th>
    );
  const isSorted = choice.sort === sort;
  const direction = choice.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" style={style} aria-sort={isSorted ? direction : "none"}>
      <button
        type="button"
        onClick={() => choose({ sort, isDescending: isSorted && !choice.isDescending })}
      >
        {title}
        <span aria-hidden="true">{isSorted ? (choice.isDescending ? " ▾" : " ▴") : ""}</span>
      </button>
    </th>
  );
}
