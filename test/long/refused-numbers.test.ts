// The numbers of refusals beside brute force and beside larger values, from a seed that is printed. REFUSALS sets how
// many refusals each of both takes.
import { expect, test } from "vitest";
import { compareWithBruteForce, compareWithLarger } from "../support/refused-numbers.ts";

const seed = Number(process.env.REFUSALS_SEED ?? Date.now() % 1_000_000);
const count = Number(process.env.REFUSALS ?? 100);
const SHORT_TICKS = 600;
const LONG_TICKS = 20_000;
const MOST_MS = 3_600_000;

test("are accepted, and the largest of all ticks and grid steps in 995 of 1,000", {
  timeout: MOST_MS,
}, () => {
  const { refusals, notMonotone, values, refused, notLargest } = compareWithBruteForce(
    seed,
    count,
    SHORT_TICKS,
  );
  process.stdout.write(
    `seed ${seed}: ${refusals} refusals, ${notMonotone} not monotone, ${values} values: ${refused.length} refused, ${notLargest.length} not the largest\n${notLargest.map((it) => `  ${it}\n`).join("")}`,
  );
  expect(refused).toEqual([]);
  expect(notMonotone).toBeGreaterThanOrEqual(count / 20);
  // Of few values, one more may be missed than of many.
  expect(notLargest.length).toBeLessThanOrEqual(1 + 0.005 * values);
});

test("are accepted over long horizons, and of larger ones none is", { timeout: MOST_MS }, () => {
  const { refusals, refused, notLargest } = compareWithLarger(seed, count, LONG_TICKS);
  process.stdout.write(
    `seed ${seed}: ${refusals} long refusals: ${refused.length} refused, ${notLargest.length} with a larger one accepted\n${notLargest.map((it) => `  ${it}\n`).join("")}`,
  );
  expect(refused).toEqual([]);
  expect(notLargest.length).toBeLessThanOrEqual(1 + 0.001 * refusals);
});
