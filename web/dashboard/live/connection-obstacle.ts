// The obstacle of a WebSocket that does not open, which browsers do not report: a plain request finds it.
import { addressOf } from "../api/address.ts";
import { words } from "../text/words.ts";

/** What to set in which proxy, so that it passes upgrades on. */
const PROXY_SETTINGS =
  "nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
  'proxy_set_header Connection "upgrade"; proxy_set_header Host $http_host; ' +
  "Caddy: reverse_proxy does so by itself.";

/** The obstacle and its remedy; undefined where the server cannot be reached. */
export async function findObstacle(): Promise<string | undefined> {
  const origin = encodeURIComponent(location.origin);
  const address = addressOf(`health/websocket?origin=${origin}`);
  const answer = await fetch(address).catch(() => undefined);
  if (answer?.ok) return `${words.connection.notPassedOn} ${PROXY_SETTINGS}`;
  const problem = (await answer?.json().catch(() => undefined)) as { detail?: string } | undefined;
  return problem?.detail;
}
