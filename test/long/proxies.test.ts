// The usual recipes of nginx and Caddy before the server: the dashboard is live, or names the header that the proxy must send.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  startApplication,
} from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";
import { startCaddy, startNginx } from "../support/proxies.ts";
import { freePorts, isInstalled, type SystemProgram } from "../support/system-program.ts";

const hasNginx = isInstalled("nginx");
const hasCaddy = isInstalled("caddy");
const UPGRADE =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
/** A name that no browser trusts by itself, so that it sends no origin headers. */
const LAN_NAME = "mando.test";

let application: ApplicationUnderTest;
let browser: Browser;
let ticking: ReturnType<typeof setInterval>;
beforeAll(async () => {
  application = await startApplication({
    ALLOWED_HOSTS: LAN_NAME,
    TRUSTED_PROXIES: "127.0.0.1, ::1",
  });
  ticking = setInterval(() => application.clock.advance(DT_MS), 250);
  if (hasBrowser) browser = await openBrowser([`--host-resolver-rules=MAP ${LAN_NAME} 127.0.0.1`]);
}, 60_000);
afterAll(async () => {
  clearInterval(ticking);
  await browser?.close();
  await application.stop();
});

/** The state that the page shows in the end. */
async function seenAt(url: string): Promise<string> {
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  try {
    await page.goto(url);
    const live = page.getByRole("status").getByText("Live", { exact: true });
    const alert = page.getByRole("alert");
    await live.or(alert).first().waitFor({ timeout: 20_000 });
    return (await live.count()) > 0 ? "live" : ((await alert.textContent()) ?? "");
  } finally {
    await page.close();
  }
}

const STREAMS = [
  ["GET", "/telemetry/stream", undefined],
  ["GET", "/dispatches/stream", undefined],
  ["POST", "/graphql", '{"query":"subscription { telemetry { timestamp samples { assetId } } }"}'],
] as const;

/** Reads a stream as a client that takes compressed answers does, until something of it came: at once. */
async function readEvents(url: string, method: string, path: string, body?: string) {
  const headers = {
    accept: "text/event-stream",
    "accept-encoding": "gzip",
    ...(body && { "content-type": "application/json" }),
  };
  const leave = new AbortController();
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(2000)]);
  const answer = await fetch(url + path, { method, headers, body: body ?? null, signal });
  const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = "";
  const isEnough = () =>
    /data: /.test(text) || (path.startsWith("/dispatches") && /id: /.test(text));
  while (!isEnough()) text += new TextDecoder().decode((await reader.read()).value);
  leave.abort();
  return text;
}

/** Headers by which a client could try to have another address. */
const FORGED = [
  {},
  { "x-forwarded-for": "203.0.113.9" },
  { "x-forwarded-for": "203.0.113.9, 127.0.0.1" },
  { "x-forwarded-for": ["203.0.113.9", "::1"] },
  { "x-forwarded-for": "203.0.113.9", connection: "close, x-forwarded-for" },
  { x_forwarded_for: "203.0.113.9" },
];
const CLIENT = "127.0.0.2";

/** The address that the audit log has for a request from another address of this machine. */
async function auditedAddress(url: string, headers: object) {
  const id = randomUUID();
  const { port } = new URL(url);
  const sent = request({
    ...{ port, host: "127.0.0.1", localAddress: CLIENT, agent: false },
    ...{ method: "DELETE", path: `/dispatch/${id}` },
    headers: { host: `localhost:${port}`, ...headers },
  }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  const listed = async () =>
    (await fetch(`${application.url}/audit_logs?target=dispatch:${id}`)).json();
  await expect.poll(async () => (await listed()).records, { timeout: 5_000 }).toHaveLength(1);
  return (await listed()).records[0].address;
}

describe.skipIf(!hasNginx)("nginx", () => {
  let nginx: SystemProgram;
  let ports: number[];
  beforeAll(async () => {
    ports = await freePorts(7);
    const [bare, host, whole, tls, prefix, packed, forwarding] = ports;
    const to = `proxy_pass ${application.url};`;
    nginx = await startNginx(
      `server { listen ${bare}; location / { ${to} } }
       server { listen ${host}; location / { ${to} ${UPGRADE} proxy_set_header Host $host; } }
       server { listen ${whole}; location / { ${to} ${UPGRADE} proxy_set_header Host $http_host; } }
       server {
         listen ${tls} ssl;
         ssl_certificate {{folder}}/certificate.pem;
         ssl_certificate_key {{folder}}/key.pem;
         location / {
           ${to} ${UPGRADE} proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;
         }
       }
       server {
         listen ${prefix};
         location /fleet/ { proxy_pass ${application.url}/; ${UPGRADE} proxy_set_header Host $http_host; }
       }
       server {
         listen ${packed};
         gzip on; gzip_types *; gzip_min_length 1; proxy_buffering on;
         location / { ${to} ${UPGRADE} proxy_set_header Host $http_host; }
       }
       server {
         listen ${forwarding};
         location / {
           ${to} ${UPGRADE} proxy_set_header Host $http_host;
           proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
         }
       }`,
      ports,
    );
  });
  afterAll(() => nginx?.stop());
  const at = (place: number) => `http://localhost:${ports[place]}`;

  test.skipIf(!hasBrowser)(
    "with a bare proxy_pass, the page shows that upgrades must be passed on",
    async () => {
      const said = await seenAt(at(0));
      expect(said).toContain("proxy_set_header Upgrade $http_upgrade");
      expect(said).toContain("proxy_set_header Host $http_host");
    },
  );

  test.skipIf(!hasBrowser)(
    "under a name of the network too, the page names the host to send",
    async () => {
      const said = await seenAt(`http://${LAN_NAME}:${ports[0]}`);
      expect(said).toContain(`a page of http://${LAN_NAME}:${ports[0]} may not call this server`);
      expect(said).toContain(`called it ${new URL(application.url).host}`);
      expect(said).toContain("proxy_set_header Host $http_host");
    },
  );

  test.skipIf(!hasBrowser)(
    "with Host $host on another port, the page names the host to send",
    async () => {
      const said = await seenAt(at(1));
      expect(said).toMatch(/called it localhost, .*Host \$http_host/);
    },
  );

  test.skipIf(!hasBrowser).each([
    ["Host $http_host", () => at(2)],
    ["TLS", () => at(3).replace("http:", "https:")],
    ["a path", () => `${at(4)}/fleet/`],
    ["gzip and buffers", () => at(5)],
  ])("with %s, the page is live", async (_, url) => {
    expect(await seenAt(url())).toBe("live");
  });

  test.each(FORGED)(
    "with X-Forwarded-For, the address is that of the client: %o",
    async (headers) => {
      expect(await auditedAddress(at(6), headers)).toBe(CLIENT);
    },
  );

  test.each(STREAMS)("with gzip and buffers, events come through: %s %s", async (...stream) => {
    expect(await readEvents(at(5), ...stream)).toMatch(/^(data|id): /m);
  });
});

describe.skipIf(!hasCaddy)("Caddy", () => {
  let caddy: SystemProgram;
  let ports: number[];
  beforeAll(async () => {
    ports = await freePorts(4);
    const [plain, packed, tls, prefix] = ports;
    const to = `reverse_proxy ${new URL(application.url).host}`;
    caddy = await startCaddy(
      `http://localhost:${plain} {\n  ${to}\n}
       http://localhost:${packed} {\n  encode gzip\n  ${to}\n}
       https://localhost:${tls} {\n  tls internal\n  ${to}\n}
       http://localhost:${prefix} {\n  handle_path /fleet/* {\n    ${to}\n  }\n}\n`,
      ports,
    );
  });
  afterAll(() => caddy?.stop());
  const at = (place: number) => `http://localhost:${ports[place]}`;

  test.skipIf(!hasBrowser).each([
    ["reverse_proxy", () => at(0)],
    ["encode gzip", () => at(1)],
    ["TLS", () => at(2).replace("http:", "https:")],
    ["a path", () => `${at(3)}/fleet/`],
  ])("with %s, the page is live", async (_, url) => {
    expect(await seenAt(url())).toBe("live");
  });

  test.each(FORGED)("the address is that of the client: %o", async (headers) => {
    expect(await auditedAddress(at(0), headers)).toBe(CLIENT);
  });

  test.each(STREAMS)("with encode gzip, events come through: %s %s", async (...stream) => {
    expect(await readEvents(at(1), ...stream)).toMatch(/^(data|id): /m);
  });
});

test("and nothing of all this is in the log", () => {
  expect(application.errors).toEqual([]);
});
