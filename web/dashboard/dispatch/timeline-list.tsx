// The bars of a timeline as a list, for the keyboard and for what reads it aloud.
import { useState } from "react";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { type Bar, SIGNS } from "./timeline-bars.ts";
import { dispatchWords } from "./timeline-words.ts";

interface TimelineListProps {
  readonly bars: readonly Bar[];
  readonly hasNames: boolean;
  readonly open: (id: string) => void;
}

/** Bars that are listed; of more, those that begin last. */
const MOST_LISTED = 200;

export function TimelineList({ bars, hasNames, open }: TimelineListProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.timeline.asList(formats.count(bars.length))}</summary>
      {isOpen && (
        <>
          {bars.length > MOST_LISTED && (
            <p className="muted">{words.timeline.tooMany(formats.count(MOST_LISTED))}</p>
          )}
          <ol className="timeline-list">
            {bars
              .toSorted((a, b) => b.fromMs - a.fromMs)
              .slice(0, MOST_LISTED)
              .map((bar) => (
                <li key={bar.dispatch.id}>
                  <button type="button" className="quiet" onClick={() => open(bar.dispatch.id)}>
                    <span aria-hidden="true">{SIGNS[bar.dispatch.status]} </span>
                    {dispatchWords(bar, hasNames)}
                  </button>
                </li>
              ))}
          </ol>
        </>
      )}
    </details>
  );
}
