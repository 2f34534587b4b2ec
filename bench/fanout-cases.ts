// The cases of bench/fanout: the number of clients, and the subscription of each.
import { makeAssets } from "./assets.ts";
import type { PlainTelemetry } from "./plain-fleet.ts";

export interface FanoutCase {
  readonly title: string;
  readonly transport: "websocket" | "sse";
  readonly tickS: number;
  /** Ticks measured: longer than a round of pings of a silent socket, which are its cost. */
  readonly ticks: number;
  /** Size of the fleet. */
  readonly assetCount: number;
  readonly clientCount: number;
  readonly fields: readonly (keyof PlainTelemetry)[];
  /** The assets that a client selects. */
  viewOf(client: number): View;
  /** Whether a client stops reading halfway. */
  isSlow(client: number): boolean;
}

/** Consecutive assets. */
export interface View {
  readonly first: number;
  readonly count: number;
}

/**
 * The id that the bare server gives to every message, because it does not read the ids that clients choose, which are
 * as long.
 */
export const BROADCAST_ID = "00000000-0000-4000-8000-000000000000";

const WHOLE_SAMPLE: FanoutCase["fields"] = [
  "assetId",
  "timestamp",
  "socMwhr",
  "socPct",
  "currentMw",
  "setpointMw",
  "status",
  "limitedBy",
];
const SHORT_SAMPLE: FanoutCase["fields"] = ["assetId", "socMwhr", "socPct", "currentMw", "status"];

const HUNDRED: FanoutCase = {
  title: "1,000 WebSocket clients x 100 assets x 8 fields",
  transport: "websocket",
  tickS: 2,
  ticks: 13,
  assetCount: 100,
  clientCount: 1_000,
  fields: WHOLE_SAMPLE,
  viewOf: () => ({ first: 0, count: 100 }),
  isSlow: () => false,
};

export const FANOUT_CASES = {
  websocket: HUNDRED,
  sse: {
    ...HUNDRED,
    title: "1,000 SSE clients x 100 assets x 8 fields",
    transport: "sse",
  },
  own: {
    ...HUNDRED,
    title: "5,000 WebSocket clients, each its own asset x 5 fields",
    assetCount: 5_000,
    clientCount: 5_000,
    fields: SHORT_SAMPLE,
    viewOf: (client) => ({ first: client, count: 1 }),
  },
  latency: {
    ...HUNDRED,
    title: "4,000 WebSocket clients x 100 assets x 8 fields",
    tickS: 4,
    ticks: 7,
    clientCount: 4_000,
  },
  // The operating system buffers megabytes for a socket that is not read. More than that must wait for a client that
  // stops before it costs its server memory: therefore each of these clients watches the whole fleet.
  slow: {
    ...HUNDRED,
    title: "1,000 WebSocket clients, of which 100 watch 1,000 assets and stop reading",
    tickS: 1,
    ticks: 40,
    assetCount: 1_000,
    viewOf: (client) => ({ first: 0, count: isTenth(client) ? 1_000 : 100 }),
    isSlow: isTenth,
  },
} as const satisfies Record<string, FanoutCase>;

export type CaseName = keyof typeof FANOUT_CASES;

function isTenth(client: number): boolean {
  return client % 10 === 0;
}

/** The document of a case, which is the same for all of its clients. */
export function documentOf({ fields }: FanoutCase): string {
  return `subscription ($assetIds: [ID!]) { telemetry(assetIds: $assetIds) { timestamp samples { ${fields.join(" ")} } } }`;
}

/** The variables of a client: the ids of its assets. */
export function createVariables({ assetCount, viewOf }: FanoutCase) {
  const ids = makeAssets(assetCount).map(({ id }) => id);
  return (client: number) => {
    const { first, count } = viewOf(client);
    return { assetIds: ids.slice(first, first + count) };
  };
}
