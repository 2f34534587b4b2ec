// Why no WebSocket opens, which browsers do not say: the server is asked by a plain request.
import { addressOf } from "./address.ts";

/** What is left where the server itself would take the WebSocket. */
const NOT_PASSED_ON =
  "The server takes WebSockets from here, but none gets through: a proxy between must pass upgrades on. " +
  "nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
  'proxy_set_header Connection "upgrade"; proxy_set_header Host $http_host; ' +
  "Caddy: reverse_proxy does so by itself.";

/** What keeps a WebSocket from opening, and what to change; undefined where the server cannot be reached. */
export async function findObstacle(): Promise<string | undefined> {
  const origin = encodeURIComponent(location.origin);
  const address = addressOf(`health/websocket?origin=${origin}`);
  const answer = await fetch(address).catch(() => undefined);
  if (answer?.ok) return NOT_PASSED_ON;
  const problem = (await answer?.json().catch(() => undefined)) as { detail?: string } | undefined;
  return problem?.detail;
}
