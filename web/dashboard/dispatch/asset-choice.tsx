// The choice of several assets, with a search.
import { useId, useState } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";

interface AssetChoiceProps {
  readonly assets: readonly FleetAsset[];
  readonly chosen: readonly FleetAsset[];
  readonly choose: (ids: readonly string[]) => void;
  readonly error: string | undefined;
}

/** Assets that are listed at once: a search finds others. */
const MOST_LISTED = 100;

export function AssetChoice({ assets, chosen, choose, error }: AssetChoiceProps) {
  const [text, setText] = useState("");
  const errorId = useId();
  const chosenIds = new Set(chosen.map(({ id }) => id));
  const found = foundIn(assets, text);
  const listed = found.slice(0, MOST_LISTED);
  const put = (ids: readonly string[], isChosen: boolean) => {
    const next = new Set(chosenIds);
    for (const id of ids) isChosen ? next.add(id) : next.delete(id);
    choose([...next]);
  };
  return (
    <fieldset className="field" aria-describedby={error === undefined ? undefined : errorId}>
      <legend>
        {words.several.chosen(formats.count(chosen.length), formats.count(assets.length))}
      </legend>
      <input
        type="search"
        aria-label={words.fleet.find}
        aria-invalid={error === undefined ? undefined : true}
        placeholder={words.fleet.findHint}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ul className="asset-choice">
        {listed.map(({ id, name, site }) => (
          <li key={id}>
            <label className="check">
              <input
                type="checkbox"
                checked={chosenIds.has(id)}
                onChange={(event) => put([id], event.currentTarget.checked)}
              />
              {name} <span className="muted">{site.name}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.length > listed.length && (
        <small className="muted">
          {words.several.further(formats.count(found.length - listed.length))}
        </small>
      )}
      <div className="suggestions">
        <button
          type="button"
          onClick={() =>
            put(
              found.map(({ id }) => id),
              true,
            )
          }
        >
          {words.several.all(formats.count(found.length))}
        </button>
        <button type="button" onClick={() => choose([])}>
          {words.several.none}
        </button>
      </div>
      {error !== undefined && (
        <small id={errorId} className="field-error">
          <span aria-hidden="true">⚠ </span>
          {error}
        </small>
      )}
    </fieldset>
  );
}

function foundIn(assets: readonly FleetAsset[], text: string): readonly FleetAsset[] {
  const wanted = text.trim().toLocaleLowerCase();
  const has = ({ name, site, location }: FleetAsset) =>
    `${name} ${site.name} ${location}`.toLocaleLowerCase().includes(wanted);
  return assets.filter(has).sort((a, b) => a.name.localeCompare(b.name));
}
