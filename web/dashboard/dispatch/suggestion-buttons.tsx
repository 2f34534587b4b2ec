// Buttons that put into the form what would be accepted, or delivered in full.
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { type DurationUnit, durationText } from "./draft.ts";
import type { Suggestions } from "./suggestion.ts";

interface SuggestionButtonsProps {
  readonly suggestions: Suggestions;
  readonly unit: DurationUnit;
  readonly onUse: (part: Suggestions) => void;
}

export function SuggestionButtons({ suggestions, unit, onUse }: SuggestionButtonsProps) {
  const { mw, durationS } = suggestions;
  if (mw === undefined && durationS === undefined) return null;
  return (
    <div className="suggestions">
      {mw !== undefined && (
        <button type="button" onClick={() => onUse({ mw })}>
          {words.dispatch.use(formats.exactPower(mw))}
        </button>
      )}
      {durationS !== undefined && (
        <button type="button" onClick={() => onUse({ durationS })}>
          {words.dispatch.use(`${durationText(durationS, unit)} ${unit}`)}
        </button>
      )}
    </div>
  );
}
