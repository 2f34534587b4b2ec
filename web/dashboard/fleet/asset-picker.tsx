// The choice of the assets that a chart compares.
import { useId, useState } from "react";
import type { FleetAsset } from "../live/asset-list.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { MOST_COMPARED } from "./compared.ts";

interface AssetPickerProps {
  readonly assets: readonly FleetAsset[];
  readonly chosen: readonly FleetAsset[];
  readonly choose: (ids: readonly string[]) => void;
}

/** Assets that are offered for what is typed. */
const MOST_OFFERED = 8;

export function AssetPicker({ assets, chosen, choose }: AssetPickerProps) {
  const [text, setText] = useState("");
  const hintId = useId();
  const ids = chosen.map(({ id }) => id);
  const isFull = ids.length >= MOST_COMPARED;
  const offered = text.trim() === "" ? [] : offeredOf(assets, ids, text);
  return (
    <fieldset className="picker" aria-label={words.compare.choice}>
      <ul>
        {chosen.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              aria-label={words.compare.remove(name)}
              onClick={() => choose(ids.filter((one) => one !== id))}
            >
              {name} <span aria-hidden="true">✕</span>
            </button>
          </li>
        ))}
      </ul>
      <input
        type="search"
        aria-label={words.compare.add}
        aria-describedby={hintId}
        placeholder={words.compare.add}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <p id={hintId} className="hint muted" role="status">
        {isFull
          ? words.compare.full(formats.count(MOST_COMPARED))
          : text.trim() !== "" && offered.length === 0 && words.fleet.noFit}
      </p>
      <ul>
        {offered.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              disabled={isFull}
              aria-label={words.compare.addOne(name)}
              onClick={() => {
                choose([...ids, id]);
                setText("");
              }}
            >
              <span aria-hidden="true">+ </span>
              {name}
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function offeredOf(assets: readonly FleetAsset[], ids: readonly string[], text: string) {
  const wanted = text.trim().toLocaleLowerCase();
  const offered: FleetAsset[] = [];
  for (const asset of assets) {
    if (offered.length === MOST_OFFERED) break;
    const { id, name, site } = asset;
    if (!`${name} ${site.name}`.toLocaleLowerCase().includes(wanted) || ids.includes(id)) continue;
    offered.push(asset);
  }
  return offered;
}
