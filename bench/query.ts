// The requests per second of a query: Mando's GraphQL, its REST, and a bare Yoga, in the same run.

import { makeAssets, writeAssetsFile } from "./assets.ts";
import { type HttpLoad, loadHttp } from "./http-load.ts";
import { median, print } from "./measure.ts";
import { startServer } from "./server-process.ts";

const MANDO_PORT = 29_100;
const BARE_PORT = 29_101;
const ROUNDS = 5;
const ROUND_S = 3;
const ID = "00000000-0000-4000-8000-000000000000";

const TELEMETRY = "telemetry { timestamp socMwhr socPct currentMw setpointMw status limitedBy }";
const CASES = [
  {
    name: "asset { telemetry }",
    query: `query ($id: ID!) { asset(id: $id) { id name ${TELEMETRY} } }`,
    variables: { id: ID },
    path: `/telemetry/${ID}`,
  },
  {
    name: "100 assets with telemetry",
    query: `{ assets(first: 100) { nodes { id name ${TELEMETRY} } } }`,
    variables: {},
    path: "/telemetry",
  },
];

export async function run(): Promise<void> {
  const mando = await startServer("../dist/main.js", MANDO_PORT, [
    "--port",
    `${MANDO_PORT}`,
    "--assets-file",
    writeAssetsFile(makeAssets(100)),
  ]);
  const bare = await startServer("./bare-yoga.ts", BARE_PORT, [`${BARE_PORT}`]);
  print(
    "requests/s (median of 5)".padEnd(28),
    "        REST",
    "     GraphQL",
    "   bare Yoga",
    "  to bare",
  );
  for (const { name, query, variables, path } of CASES) {
    const body = JSON.stringify({ query, variables });
    const rates = { rest: [] as number[], graphql: [] as number[], bare: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      rates.rest.push(await requestsPerSecond({ url: mando.url + path }));
      rates.graphql.push(await requestsPerSecond(post(mando.url, body)));
      rates.bare.push(await requestsPerSecond(post(bare.url, body)));
    }
    // The first round warms up.
    const [rest, graphql, plain] = Object.values(rates).map((values) =>
      median(values.slice(1)),
    ) as [number, number, number];
    print(name.padEnd(28), rest, graphql, plain, graphql / plain);
  }
  await Promise.all([mando.stop(), bare.stop()]);
}

function post(url: string, body: string): HttpLoad {
  return {
    url: `${url}/graphql`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  };
}

async function requestsPerSecond(options: HttpLoad): Promise<number> {
  const result = await loadHttp({ connections: 16, duration: ROUND_S, ...options });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${options.url} did not answer well`);
  return result.requests.average;
}
