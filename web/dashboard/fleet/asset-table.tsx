// The table of assets, of which only the visible rows are drawn.
import { useMemo, useRef, useState } from "react";
import type { Fleet } from "../live/fleet.ts";
import { STATUSES } from "../live/frame-reader.ts";
import { useLive } from "../live/use-live.ts";
import { useWindow } from "../parts/use-window.ts";
import { formats } from "../text/format.ts";
import { AssetRow, SiteRow } from "./asset-row.tsx";
import { type Choice, movesRows, rankAssets, rowsOf, type Sort } from "./rows.ts";

/** Height of a row, as in the style. */
const ROW_PX = 48;
const COLUMNS: readonly { readonly title: string; readonly sort: Sort | undefined }[] = [
  { title: "Asset", sort: "name" },
  { title: "Site", sort: "site" },
  { title: "SoC", sort: "soc" },
  { title: "Power", sort: "power" },
  { title: "Setpoint", sort: "setpoint" },
  { title: "Status", sort: "status" },
  { title: "Limited by", sort: "limit" },
  { title: "Trend", sort: undefined },
];
const START: Choice = {
  sort: "name",
  isDescending: false,
  text: "",
  status: undefined,
  bySite: false,
};

/** The table of every asset, of which the visible rows are drawn. */
export function AssetTable({ fleet }: { fleet: Fleet }) {
  const [choice, setChoice] = useState(START);
  const ranks = useMemo(() => rankAssets(fleet.assets), [fleet]);
  const { version } = useLive();
  // New columns with every report only where reports move rows, so that other rows are not sorted again.
  const columns = movesRows(choice) ? fleet.columns : undefined;
  const rows = useMemo(
    () => rowsOf(fleet.assets, ranks, choice, columns),
    [fleet, ranks, choice, columns],
  );
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last } = useWindow(body, ROW_PX, rows.length);
  const choose = (change: Partial<Choice>) => setChoice({ ...choice, ...change });

  return (
    <section className="card table-card" aria-label="Assets">
      <Toolbar choice={choice} choose={choose} />
      <table className="assets" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {COLUMNS.map(({ title, sort }) => (
              <Heading key={title} title={title} sort={sort} choice={choice} choose={choose} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer rows={first} />
          {rows.slice(first, last).map((row, offset) => {
            const rowIndex = first + offset + 2;
            return typeof row === "number" ? (
              <AssetRow key={row} {...{ fleet, place: row, rowIndex, version }} />
            ) : (
              <SiteRow key={`site ${row.places[0]}`} fleet={fleet} row={row} rowIndex={rowIndex} />
            );
          })}
          <Spacer rows={rows.length - last} />
        </tbody>
      </table>
      {rows.length === 0 && <p className="empty">No asset fits what you look for.</p>}
    </section>
  );
}

function Spacer({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr className="spacer">
      <td aria-hidden="true" colSpan={COLUMNS.length} style={{ height: rows * ROW_PX }} />
    </tr>
  );
}

interface ChoiceProps {
  readonly choice: Choice;
  readonly choose: (change: Partial<Choice>) => void;
}

function Toolbar({ choice, choose }: ChoiceProps) {
  return (
    <div className="panel-head">
      <h2>Assets</h2>
      <div className="tools">
        <input
          type="search"
          aria-label="Find assets by name, site or place"
          placeholder="Find name, site or place"
          value={choice.text}
          onChange={(event) => choose({ text: event.currentTarget.value })}
        />
        <fieldset className="segments" aria-label="Status">
          {[undefined, ...STATUSES].map((status) => (
            <button
              type="button"
              key={status ?? "ANY"}
              aria-pressed={choice.status === status}
              onClick={() => choose({ status })}
            >
              {formats.word(status ?? "ANY")}
            </button>
          ))}
        </fieldset>
        <label className="check">
          <input
            type="checkbox"
            checked={choice.bySite}
            onChange={(event) => choose({ bySite: event.currentTarget.checked })}
          />
          Group by site
        </label>
      </div>
    </div>
  );
}

type HeadingProps = ChoiceProps & { readonly title: string; readonly sort: Sort | undefined };

function Heading({ title, sort, choice, choose }: HeadingProps) {
  if (sort === undefined) return <th scope="col">{title}</th>;
  const isSorted = choice.sort === sort;
  const direction = choice.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={isSorted ? direction : "none"}>
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
