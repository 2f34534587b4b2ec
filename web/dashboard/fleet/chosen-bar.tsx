// What is done with the assets that are chosen in the table.
import type { FleetAsset } from "../live/asset-list.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { Granted } from "../viewer/granted.tsx";
import { MOST_COMPARED } from "./compared.ts";

interface ChosenBarProps {
  readonly chosen: readonly FleetAsset[];
  /** Opens the page of the fleet, or changes what is chosen on it. */
  readonly open: (params: Readonly<Record<string, string>>) => void;
  readonly clear: () => void;
}

/** As many as the API takes at once. */
const MOST_DISPATCHED = 1000;

export function ChosenBar({ chosen, open, clear }: ChosenBarProps) {
  const text = words.chosen;
  const count = chosen.length;
  const ids = chosen.map(({ id }) => id).join();
  return (
    <div className="chosen-bar">
      <p role="status">
        {text.count(formats.count(count))}{" "}
        <span className="muted">
          {count > MOST_DISPATCHED
            ? words.several.tooMany(formats.count(MOST_DISPATCHED))
            : count > MOST_COMPARED && text.mostCompared(formats.count(MOST_COMPARED))}
        </span>
      </p>
      <div className="chosen-buttons">
        <Granted action="operate">
          <button
            type="button"
            disabled={count === 0 || count > MOST_DISPATCHED}
            onClick={() => open({ new: "dispatch", assets: ids })}
          >
            {text.dispatch}
          </button>
        </Granted>
        <button
          type="button"
          disabled={count === 0 || count > MOST_COMPARED}
          onClick={() => open({ chart: "compare", compare: ids })}
        >
          {text.compare}
        </button>
        <button type="button" className="quiet" disabled={count === 0} onClick={clear}>
          {text.none}
        </button>
      </div>
    </div>
  );
}
