// The controls above the table of assets: search, filter by status, and grouping by site.
import { STATUSES } from "../live/frame-reader.ts";
import { termOf, words } from "../text/words.ts";
import type { Choice } from "./choice.ts";

interface AssetToolbarProps {
  readonly choice: Choice;
  readonly choose: (change: Partial<Choice>) => void;
  /** Whether all assets are of one site: they are not grouped then. */
  readonly isOfSite: boolean;
}

export function AssetToolbar({ choice, choose, isOfSite }: AssetToolbarProps) {
  return (
    <div className="panel-head">
      <h2>{words.fleet.assets}</h2>
      <div className="tools">
        <input
          type="search"
          aria-label={words.fleet.find}
          placeholder={words.fleet.findHint}
          value={choice.text}
          onChange={(event) => choose({ text: event.currentTarget.value })}
        />
        <fieldset className="segments" aria-label={words.fleet.status}>
          {[undefined, ...STATUSES].map((status) => (
            <button
              type="button"
              key={status ?? ""}
              aria-pressed={choice.status === status}
              onClick={() => choose({ status })}
            >
              {status === undefined ? words.fleet.any : termOf(status)}
            </button>
          ))}
        </fieldset>
        {!isOfSite && (
          <label className="check">
            <input
              type="checkbox"
              checked={choice.bySite}
              onChange={(event) => choose({ bySite: event.currentTarget.checked })}
            />
            {words.fleet.bySite}
          </label>
        )}
      </div>
    </div>
  );
}
