// Parts of the sign-in of pages: other tabs, the answer in the address, requests, and what roles are offered.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { configReader, providerOf } from "../../web/sign-in/config.ts";
import { type Credential, renewalAtMs } from "../../web/sign-in/credential.ts";
import { createPeers } from "../../web/sign-in/peers.ts";
import { createPendingStore } from "../../web/sign-in/pending.ts";
import { signedFetch } from "../../web/sign-in/signed-fetch.ts";
import { isAdmin, isOffered, isOpen, rolesOf, type Viewer } from "../../web/sign-in/viewer.ts";

afterEach(() => vi.unstubAllGlobals());

const credential: Credential = {
  ...{ authorization: "Bearer a", refreshToken: "r", obtainedAtMs: 1000, expiresAtMs: 101_000 },
};

test.each([
  ["a fifth before the expiry", {}, 81_000],
  ["a minute before it at the earliest", { expiresAtMs: 3_601_000 }, 3_541_000],
  ["never where the expiry is not known", { expiresAtMs: null }, null],
  ["never without a refresh token", { refreshToken: undefined }, null],
])("a credential is renewed %s", (_, part, atMs) => {
  expect(renewalAtMs({ ...credential, ...part })).toBe(atMs);
});

describe("tabs of one server", () => {
  const [first, second] = [createPeers(() => "a server"), createPeers(() => "a server")];

  test("give each other what one of them has, where it is newer, and end together", async () => {
    const heard: string[] = [];
    const handlers = (own: Credential | undefined) => ({
      onHeld: ({ authorization }: Credential) => heard.push(authorization),
      onSignedOut: () => heard.push("signed out"),
      own: () => own,
    });
    first.listen(handlers(credential));
    second.listen(handlers(undefined));
    expect(await second.newerThan(0)).toEqual(credential);
    expect(heard).toEqual(["Bearer a"]);
    expect(await second.newerThan(1000)).toBeUndefined();
    heard.length = 0;
    first.share(credential);
    second.signedOut();
    await expect.poll(() => heard.sort()).toEqual(["Bearer a", "signed out"]);
  });
});

describe("the answer of a provider in the address", () => {
  const open = (search: string, hash = "") => {
    const items = new Map<string, string>();
    const shown: string[] = [];
    vi.stubGlobal("location", { search, hash, pathname: "/lab/" });
    vi.stubGlobal("history", {
      replaceState: (_: unknown, __: string, address: string) => shown.push(address),
    });
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    } as unknown as Storage;
    const pending = createPendingStore(
      () => storage,
      () => "pending",
    );
    return { shown, items, pending };
  };
  const sent = { state: "s", nonce: "n", verifier: "v" };

  test("is taken once, and the place that was left is shown", () => {
    const { shown, pending } = open("?code=c&state=s&iss=i");
    pending.put(sent, "?kiosk#/alarms");
    expect(pending.take()?.pending).toEqual(sent);
    expect(shown).toEqual(["/lab/?kiosk#/alarms"]);
    expect(pending.take()).toBeUndefined();
  });

  test("that this tab does not await is left aside, and does not stay in the address", () => {
    const { shown, items, pending } = open("?kiosk&code=c&state=other", "#/alarms");
    pending.put(sent, "");
    expect(pending.take()).toBeUndefined();
    expect(shown).toEqual(["/lab/?kiosk=#/alarms"]);
    expect(items.size).toBe(0);
  });

  test("is none without a state, or with neither code nor error", () => {
    for (const search of ["", "?kiosk", "?code=c", "?state=s"])
      expect(open(search).pending.take()).toBeUndefined();
    const denied = open("?error=access_denied&state=s");
    denied.pending.put(sent, "");
    expect(denied.pending.take()?.parameters.get("error")).toBe("access_denied");
  });
});

test("a request carries the credential of the page, and is sent again with the next one", async () => {
  const sent: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    sent.push(headers.authorization);
    response.writeHead(headers.authorization === "Bearer b" ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let held = "Bearer a";
  const access = {
    authorization: async () => held,
    async renew() {
      const isOther = held !== "Bearer b";
      held = "Bearer b";
      return isOther;
    },
  };
  const { status } = await signedFetch(access, url);
  expect([status, ...sent]).toEqual([200, "Bearer a", "Bearer b"]);
  // What was typed is what is tried.
  const typed = await signedFetch(access, url, { headers: { Authorization: "Bearer mine" } });
  expect([typed.status, sent.at(-1)]).toEqual([401, "Bearer mine"]);
  server.close();
});

test("the way to sign in is read once, and an open server again", async () => {
  const answers = [{ mode: "open" }, { mode: "token" }, { mode: "oidc" }];
  const server = createServer((_, response) => response.end(JSON.stringify(answers.shift())));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const read = configReader(() => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect([await read(), await read(), await read()]).toEqual([
    { mode: "open" },
    { mode: "token" },
    { mode: "token" },
  ]);
  server.close();
});

test("a provider without a client for pages is none for them", () => {
  const oidc = { mode: "oidc", issuer: "https://login.test", scope: "openid" } as const;
  expect(providerOf({ ...oidc, client_id: null })).toBeUndefined();
  expect(providerOf({ ...oidc, client_id: "pages" })?.client_id).toBe("pages");
  expect(providerOf({ mode: "token" })).toBeUndefined();
});

describe("what is offered", () => {
  const viewer = (id: string, ...roles: Viewer["roles"]): Viewer => ({
    ...{ id, name: "Ada", roles, expiresAt: null },
  });
  const grant = (role: Viewer["roles"][number]["role"], siteIds: string[] | null = null) => ({
    ...{ role, siteIds, assetIds: siteIds && ["a9"], pathPrefixes: null },
  });
  const at = (siteId: string, assetId?: string) => ({ siteId, assetId });

  test.each([
    ["VIEWER", "schedule", false],
    ["VIEWER", "operate", false],
    ["TRADER", "schedule", true],
    ["TRADER", "operate", false],
    ["OPERATOR", "operate", true],
    ["OPERATOR", "administer", false],
    ["ADMIN", "administer", true],
  ] as const)("to a %s, %s: %s", (role, action, isIt) => {
    expect(isOffered(viewer("u", grant(role)), action, at("s1", "a1"))).toBe(isIt);
  });

  test("nothing of the fleet to an admin of data points alone", () => {
    const own = { ...grant("ADMIN"), pathPrefixes: ["Market"] };
    expect(isOffered(viewer("u", own), "administer", at("s1", "a1"))).toBe(false);
  });

  test("where a role holds, and anywhere where no place is named", () => {
    const ada = viewer("u", grant("OPERATOR", ["s1"]), grant("VIEWER"));
    expect(isOffered(ada, "operate", at("s1", "a1"))).toBe(true);
    expect(isOffered(ada, "operate", at("S1"))).toBe(true);
    expect(isOffered(ada, "operate", at("s2", "a2"))).toBe(false);
    expect(isOffered(ada, "operate", at("s2", "a9"))).toBe(true);
    expect(isOffered(ada, "operate")).toBe(true);
    expect(isOffered(ada, "operate", { isWhole: true })).toBe(false);
  });

  test("to who did not sign in: all, as the server prompts", () => {
    const anonymous = viewer("anonymous", grant("VIEWER"));
    expect(isOffered(anonymous, "administer", { isWhole: true })).toBe(true);
    expect([isAdmin(anonymous), isOpen(anonymous)]).toEqual([false, false]);
    expect(isOpen(viewer("anonymous", grant("ADMIN")))).toBe(true);
    expect(isOpen(viewer("u", grant("ADMIN")))).toBe(false);
  });

  test("roles are listed once each, from the least", () => {
    expect(rolesOf(viewer("u", grant("ADMIN"), grant("VIEWER", ["s1"]), grant("VIEWER")))).toEqual([
      "VIEWER",
      "ADMIN",
    ]);
  });
});
