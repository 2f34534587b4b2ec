// A card with the energy per day or month, which is read once it is opened.
import { lazy, Suspense } from "react";
import { useParams } from "../route/use-place.ts";
import { words } from "../text/words.ts";
import type { TraceSource } from "./trace-source.ts";

interface EnergyCardProps {
  /** The same object as long as it is the same source. */
  readonly source: TraceSource;
  /** The name of the asset, site or fleet. */
  readonly name: string;
  /** Energy at 100 % SoC, in MWh: that of a cycle. */
  readonly capacityMwhr: number;
}

const EnergyChart = lazy(async () => ({
  default: (await import("./energy-chart.tsx")).EnergyChart,
}));

export function EnergyCard(props: EnergyCardProps) {
  const [{ energy }, changeParams] = useParams();
  const unit = energy === "day" || energy === "month" ? energy : undefined;
  return (
    <section
      className={unit === undefined ? "card energy-closed" : "card"}
      aria-label={words.energy.title}
    >
      <div className="panel-head">
        <h2>{words.energy.title}</h2>
        <fieldset className="segments" aria-label={words.energy.per}>
          {([undefined, "day", "month"] as const).map((one) => (
            <button
              type="button"
              key={one ?? ""}
              aria-pressed={unit === one}
              onClick={() => changeParams({ energy: one, back: undefined })}
            >
              {words.energy.units[one ?? "none"]}
            </button>
          ))}
        </fieldset>
      </div>
      {unit !== undefined && (
        <Suspense fallback={<p className="muted">{words.page.loading}</p>}>
          <EnergyChart {...props} unit={unit} />
        </Suspense>
      )}
    </section>
  );
}
