// A state of charge as bar and figure.
import { formats } from "../text/format.ts";

/** How full it is, as bar and figure. */
export function SocBar({ pct }: { pct: number }) {
  return (
    <span className="soc">
      <span className="soc-track" aria-hidden="true">
        <span className="soc-fill" style={{ width: `${pct}%` }} />
      </span>
      <span className="number">{formats.percent(pct)}</span>
    </span>
  );
}
