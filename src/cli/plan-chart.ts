// A plan as an SVG chart: prices, power and stored energy over time.
import { startMsOf } from "../domain/plan/calendar.ts";
import type { PlanInput, Scenario } from "../domain/plan/input.ts";
import type { Plan, ScenarioPlan } from "../domain/plan/plan.ts";

const WIDTH = 960;
const LEFT = 64;
const RIGHT = 16;
const PANEL = 150;
const GAP = 34;
const TOP = 30;

interface Panel {
  readonly title: string;
  readonly values: readonly number[];
  readonly kind: "steps" | "bars" | "line";
}

/** The chart of the likeliest scenario. @param title Names of the batteries, for example. */
export function planChart(input: PlanInput, plan: Plan, title: string): string {
  const k = plan.scenarios.reduce(
    (best, { weightRatio }, n) =>
      weightRatio > (plan.scenarios[best]?.weightRatio ?? 0) ? n : best,
    0,
  );
  const scenario = plan.scenarios[k] as ScenarioPlan;
  const sum = (of: "mw" | "socMwhr") =>
    Array.from({ length: input.periods.count }, (_, t) =>
      scenario.assets.reduce((all, asset) => all + (asset[of][t] as number), 0),
    );
  const startMwhr = input.assets.reduce((all, { startSocMwhr }) => all + startSocMwhr, 0);
  const panels: Panel[] = [
    {
      title: "Price, EUR/MWh",
      values: (input.scenarios[k] as Scenario).sellEurPerMwhr,
      kind: "steps",
    },
    { title: "Power, MW, discharge positive", values: sum("mw"), kind: "bars" },
    { title: "Stored energy, MWh", values: [startMwhr, ...sum("socMwhr")], kind: "line" },
  ];
  const height = TOP + panels.length * (PANEL + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>svg{color:#1a2733;background:#fff}.grid{stroke:#d5dde3}.mark{stroke:#1366c9;fill:none;stroke-width:1.5}.bar{fill:#1366c9}.in{fill:#c2571a}text{fill:currentColor}@media(prefers-color-scheme:dark){svg{color:#e3eaf0;background:#10171d}.grid{stroke:#2c3944}.mark{stroke:#6db1ff}.bar{fill:#6db1ff}.in{fill:#ff9b5c}}</style>
<text x="${LEFT}" y="18" font-weight="600">${escaped(title)}: ${plan.expectedEur.toFixed(2)} EUR</text>
${panels.map((panel, n) => panelSvg(panel, TOP + n * (PANEL + GAP), input.periods.count)).join("\n")}
${timeAxis(input, height)}
</svg>
`;
}

function panelSvg({ title, values, kind }: Panel, top: number, count: number): string {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [0, 0],
  ) as [number, number];
  const y = (value: number) =>
    round(top + 14 + ((high - value) / (high - low || 1)) * (PANEL - 14));
  const grid = [low, (low + high) / 2, high].map(
    (value) =>
      `<path class="grid" d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${Number(value.toPrecision(3))}</text>`,
  );
  return `<text x="${LEFT}" y="${top + 8}">${title}</text>${grid.join("")}${shape(kind, values, y, count)}`;
}

function shape(
  kind: Panel["kind"],
  values: readonly number[],
  y: (value: number) => number,
  count: number,
): string {
  const x = (t: number) => round(LEFT + (t / count) * (WIDTH - LEFT - RIGHT));
  if (kind === "line")
    return `<path class="mark" d="M${values.map((value, t) => `${x(t)} ${y(value)}`).join("L")}"/>`;
  if (kind === "steps")
    return `<path class="mark" d="M${values.map((value, t) => `${x(t)} ${y(value)}H${x(t + 1)}`).join("L")}"/>`;
  const width = round(Math.max(0.5, x(1) - x(0) - 0.5));
  return values
    .map((value, t) => {
      if (value === 0) return "";
      const [from, until] = [y(Math.max(0, value)), y(Math.min(0, value))];
      return `<rect class="${value < 0 ? "in" : "bar"}" x="${x(t)}" y="${from}" width="${width}" height="${round(until - from)}"/>`;
    })
    .join("");
}

/** Six instants, evenly. */
function timeAxis({ periods }: PlanInput, height: number): string {
  return Array.from({ length: 6 }, (_, n) => {
    const t = Math.round((n / 6) * periods.count);
    const x = round(LEFT + (t / periods.count) * (WIDTH - LEFT - RIGHT));
    const text = new Date(startMsOf(periods, t)).toISOString().slice(5, 16).replace("T", " ");
    return `<text x="${x}" y="${height - 6}">${text}</text>`;
  }).join("");
}

const round = (value: number) => Math.round(value * 10) / 10;

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
