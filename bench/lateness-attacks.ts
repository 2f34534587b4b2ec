// The requests of bench/lateness: each kind once held the one thread of the server for seconds.

/** One request of an attack. */
export interface AttackRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly body?: object;
}

export interface Attack {
  readonly title: string;
  /** Length of a tick of the server, in s. */
  readonly tickS: number;
  /** What is sent once before. */
  prepare(): readonly AttackRequest[];
  /** What a connection sends in each round. */
  requestOf(connection: number, round: number): AttackRequest;
}

/** The id of an asset of the fleet of the benchmarks. */
export function assetId(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

/** The asset of the attack; the stops are for another one. */
const ATTACKED_ID = assetId(0);

const QUARTER_S = 900;
const HOUR_MS = 3_600_000;

const inS = (s: number) => new Date(Date.now() + s * 1000).toISOString();

/** A schedule that charges and discharges in turns, so that energy allows all of it. */
function scheduleOf(count: number, stepS: number, beginS = 600): AttackRequest {
  const intervals = Array.from({ length: count }, (_, n) => ({
    from: inS(beginS + n * stepS),
    until: inS(beginS + (n + 1) * stepS),
    mw: n % 2 === 0 ? 0.5 : -0.5,
  }));
  const body = { intervals, on_shortfall: "curtail" };
  return { method: "PUT", path: `/assets/${ATTACKED_ID}/schedule`, body };
}

const preview = (input: string) =>
  `dispatchPreview(input: { assetId: "${ATTACKED_ID}", ${input} }) { accepted }`;

export const ATTACKS: Readonly<Record<string, Attack>> = {
  previews: {
    title: "99 previews of ten days in one query, over 960 scheduled quarters",
    tickS: 1,
    prepare: () => [scheduleOf(960, QUARTER_S)],
    requestOf: () => {
      const fields = Array.from(
        { length: 99 },
        (_, n) => `p${n}: ${preview("mw: 5, durationS: 864000, onShortfall: REFUSE")}`,
      );
      return { method: "POST", path: "/graphql", body: { query: `{ ${fields.join(" ")} }` } };
    },
  },
  "long preview": {
    title: "a preview of a year, with ticks of 0.25 s",
    tickS: 0.25,
    prepare: () => [],
    requestOf: () => ({
      method: "POST",
      path: "/dispatch/preview",
      body: { asset_id: ATTACKED_ID, mw: 5, duration_s: 31_622_400 },
    }),
  },
  "refused bulk": {
    title: "60 refused dispatches at once, where 900 promised ones wait",
    tickS: 1,
    prepare: () =>
      Array.from({ length: 900 }, (_, n) => ({
        method: "POST" as const,
        path: "/dispatch",
        body: {
          asset_id: ATTACKED_ID,
          mw: n % 2 === 0 ? 0.5 : -0.7,
          duration_s: 300,
          start_at: inS(3600 + n * 600),
        },
      })),
    requestOf: () => ({
      method: "POST",
      path: "/dispatches",
      body: {
        dispatches: Array.from({ length: 60 }, () => ({
          asset_id: ATTACKED_ID,
          mw: 5,
          duration_s: 864_000,
          on_shortfall: "refuse",
        })),
      },
    }),
  },
  schedules: {
    title: "a schedule of 1,000 intervals",
    tickS: 1,
    prepare: () => [],
    requestOf: () => scheduleOf(1000, QUARTER_S),
  },
  history: {
    title: "a history of 10,000 steps",
    tickS: 1,
    prepare: () => [],
    requestOf: () => {
      const until = Date.now();
      const query = new URLSearchParams({
        from: new Date(until - 10_000 * 60_000).toISOString(),
        until: new Date(until + HOUR_MS).toISOString(),
        step_s: "61",
      });
      return { method: "GET", path: `/telemetry/${ATTACKED_ID}/history?${query}` };
    },
  },
};
