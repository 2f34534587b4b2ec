// The CPU time of reads that are signed in, by a named token and by an access token of OpenID Connect, beside open ones.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { makeAssets, writeAssetsFile } from "./assets.ts";
import { type HttpLoad, loadHttp } from "./http-load.ts";
import { median, print, printNames } from "./measure.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const PORTS = { open: 29_151, token: 29_152, oidc: 29_153 };
const ROUNDS = 7;
const ROUND_S = 3;
const TARGET_RATIO = 1.15;
const ID = "00000000-0000-4000-8000-000000000000";
const QUERY = JSON.stringify({ query: `{ asset(id: "${ID}") { name telemetry { socMwhr } } }` });
const AUDIENCE = "mando";
const API_TOKEN = "the token of the bench";

interface Way {
  readonly name: string;
  readonly server: ServerProcess;
  readonly headers: Record<string, string>;
}

export async function benchAuthReads(): Promise<void> {
  const provider = await startKeyServer();
  const file = writeAssetsFile(makeAssets(100));
  const start = (port: number, variables: Record<string, string>) =>
    startServer("../dist/main.js", port, ["--port", `${port}`, "--assets-file", file], variables);
  const open = await start(PORTS.open, {});
  const token = await start(PORTS.token, { API_TOKEN });
  const oidc = await start(PORTS.oidc, {
    OIDC_ISSUER: provider.issuer,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_ADMIN: "roles:admin",
  });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  const ways: Way[] = [
    { name: "open", server: open, headers: {} },
    { name: "API_TOKEN", server: token, headers: bearer(API_TOKEN) },
    { name: "OpenID Connect", server: oidc, headers: bearer(await provider.token()) },
  ];
  try {
    await compare("GET /telemetry/{id}", ways, { path: `/telemetry/${ID}` });
    const json = { "content-type": "application/json" };
    await compare("asset by GraphQL", ways, {
      ...{ path: "/graphql", method: "POST", body: QUERY, headers: json },
    });
  } finally {
    await Promise.all([open, token, oidc].map((server) => server.stop()));
    provider.stop();
  }
}

async function compare(
  name: string,
  ways: readonly Way[],
  { path, headers, ...request }: Partial<HttpLoad> & { readonly path: string },
): Promise<void> {
  const costs = new Map<string, number[]>(ways.map((way) => [way.name, []]));
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++)
    for (const way of ways) {
      const before = await way.server.usage();
      const result = await loadHttp({
        ...{ connections: 16, duration: ROUND_S, ...request, url: way.server.url + path },
        headers: { ...headers, ...way.headers },
      });
      if (result.non2xx > 0 || result.errors > 0)
        throw new Error(`${way.name} did not answer well`);
      const { cpuUs } = await way.server.usage();
      if (round > 0) costs.get(way.name)?.push((cpuUs - before.cpuUs) / result.requests.total);
    }
  printNames(`${name} (target ${TARGET_RATIO})`, "µs CPU", "to open");
  const plain = median(costs.get("open") as number[]);
  for (const [way, values] of costs) print(way, median(values), median(values) / plain);
}

/** A provider of keys and tokens. */
async function startKeyServer() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const key = { ...(await exportJWK(publicKey)), kid: "bench", alg: "RS256", use: "sig" };
  const server = createServer((request, response) => {
    const body = request.url?.endsWith("/keys")
      ? { keys: [key] }
      : { issuer, jwks_uri: `${issuer}/keys` };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    token: () =>
      new SignJWT({ roles: ["admin"], name: "Bench", scp: "openid" })
        .setProtectedHeader({ alg: "RS256", kid: "bench" })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject("bench")
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(privateKey),
    stop: () => server.close(),
  };
}
