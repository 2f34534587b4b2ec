// The benchmarks of the start: the first answer, large fleets, and new assets of a running fleet.
import { benchAnswer } from "./start-answer.ts";
import { benchFleets } from "./start-fleets.ts";
import { benchReload } from "./start-reload.ts";

const BENCHES = { answer: benchAnswer, fleets: benchFleets, reload: benchReload } as const;

export const CASES: readonly string[] = Object.keys(BENCHES);

export async function run(cases: readonly string[]): Promise<void> {
  for (const [name, bench] of Object.entries(BENCHES))
    if (cases.length === 0 || cases.includes(name)) await bench();
}
