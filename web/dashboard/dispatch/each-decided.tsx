// The decisions that a typed dispatch of several assets would get: a count, and a line for each, those that would be refused first.

import type { FleetAsset } from "../live/asset-list.ts";
import { Said } from "../parts/said.tsx";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { decisionWords, undecidedWords } from "./decided.tsx";
import { decidedLines, type Tone } from "./decided-lines.ts";
import type { DraftRequest, DurationUnit } from "./draft.ts";
import { type Decision, type Suggestions, suggestionsOf } from "./suggestion.ts";
import { MOST_PREVIEWED } from "./use-each-preview.ts";
import type { PreviewState } from "./use-preview.ts";

interface EachDecidedProps {
  readonly preview: PreviewState<readonly Decision[]>;
  readonly assets: readonly FleetAsset[];
  /** undefined while a field is missing or wrong. */
  readonly request: DraftRequest | undefined;
  /** Whether a field is wrong, which says so itself. */
  readonly isWrong: boolean;
  readonly unit: DurationUnit;
  readonly onUse: (part: Suggestions) => void;
}

export function EachDecided(props: EachDecidedProps) {
  const { preview, assets, request, isWrong } = props;
  if (assets.length === 0) return null;
  if (request === undefined || preview.kind !== "decided")
    return (
      <p className={`outcome ${preview.kind === "failed" ? "bad" : "muted"}`} role="status">
        <Said text={undecidedWords(preview, request, isWrong)} />
      </p>
    );
  const lines = decidedLines(preview.decision, assets);
  const refused = lines.filter(({ tone }) => tone === "refused").length;
  return (
    <div className={`outcome ${toneOfAll(lines)}`}>
      <p role="status">
        {words.several.wouldCounts(formats.count(lines.length - refused), formats.count(refused))}
        {assets.length > MOST_PREVIEWED &&
          ` ${words.several.previewed(formats.count(MOST_PREVIEWED), formats.count(assets.length))}`}
      </p>
      <ul className="answers">
        {lines.map(({ asset, decision, tone }) => (
          <li key={asset.id} className={tone}>
            <b>{asset.name}</b>{" "}
            <span>
              <Said text={decisionWords(decision, request, props.unit, asset.name)} />
            </span>
            <UsePower {...{ asset, decision, request }} onUse={props.onUse} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** @param lines Those that need a look first. */
function toneOfAll([first]: readonly { readonly tone: Tone }[]): string {
  if (first?.tone === "refused") return "bad";
  return first?.tone === "short" ? "fair" : "good";
}

interface UsePowerProps {
  readonly asset: FleetAsset;
  readonly decision: Decision;
  readonly request: DraftRequest;
  readonly onUse: (part: Suggestions) => void;
}

/** A button that puts the power into the form at which this asset would accept, or deliver in full. */
function UsePower({ asset, decision, request, onUse }: UsePowerProps) {
  const { mw } = suggestionsOf(decision, request);
  if (mw === undefined) return null;
  const use = words.dispatch.use(formats.exactPower(mw));
  return (
    <button type="button" aria-label={`${use} (${asset.name})`} onClick={() => onUse({ mw })}>
      {use}
    </button>
  );
}
