// The sign-in of a page: its credential, its renewal, and the person, on a provider that the test is itself.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Access, type AccessDeps, createAccess } from "../../web/sign-in/access.ts";
import type { SignInConfig } from "../../web/sign-in/config.ts";
import type { Credential } from "../../web/sign-in/credential.ts";
import type { Peers } from "../../web/sign-in/peers.ts";
import type { ProviderAnswer } from "../../web/sign-in/pending.ts";
import { SignInRefused } from "../../web/sign-in/refused.ts";

const PROVIDER: SignInConfig = {
  mode: "oidc",
  issuer: "https://login.test",
  client_id: "pages",
  scope: "openid",
};
const ANSWER: ProviderAnswer = {
  parameters: new URLSearchParams("code=c&state=s"),
  pending: { state: "s", nonce: "n", verifier: "v" },
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("location", { search: "?kiosk", hash: "#/alarms" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A credential of the provider that lasts 100 s from now. */
function credentialOf(name: string, part: Partial<Credential> = {}): Credential {
  const obtainedAtMs = Date.now();
  return {
    ...{ authorization: `Bearer ${name}`, refreshToken: `refresh ${name}`, idToken: "id" },
    ...{ obtainedAtMs, expiresAtMs: obtainedAtMs + 100_000 },
    ...part,
  };
}

/** A page, whose tab has a credential and whose address may be an answer. */
function open({
  stored,
  answer,
  config = PROVIDER,
}: {
  stored?: Credential;
  answer?: ProviderAnswer;
  config?: SignInConfig;
} = {}) {
  let count = 0;
  let failure: Error | undefined;
  const calls: string[] = [];
  const left: (string | undefined)[] = [];
  const shared: Credential[] = [];
  const tab = { stored };
  let handlers: Parameters<Peers["listen"]>[0] | undefined;
  const renewed = async (): Promise<Credential> => {
    if (failure !== undefined) throw failure;
    return credentialOf(String(++count));
  };
  const provider = {
    begin: async () => ({ address: "https://login.test/auth", pending: ANSWER.pending }),
    finish: async () => {
      calls.push("finish");
      return renewed();
    },
    refresh: async (before: Credential) => {
      calls.push(`refresh ${before.authorization}`);
      return renewed();
    },
    endAddress: async () => "https://login.test/end",
  };
  const deps: AccessDeps = {
    nowMs: Date.now,
    store: {
      read: () => tab.stored,
      write(credential) {
        tab.stored = credential;
      },
    },
    pending: {
      put: (_, place) => calls.push(`put ${place}`),
      take: () => answer,
    },
    peers: {
      listen(given) {
        handlers = given;
      },
      share: (credential) => shared.push(credential),
      newerThan: async () => undefined,
      signedOut: () => calls.push("signed out"),
    },
    readConfig: async () => config,
    loadProvider: async () => provider,
    isSecure: () => true,
    exclusively: (run) => run(),
    leave: (address) => left.push(address),
  };
  const access: Access = createAccess(deps);
  access.start();
  return {
    ...{ access, calls, left, shared, tab },
    peers: () => handlers as NonNullable<typeof handlers>,
    fail(error: Error | undefined) {
      failure = error;
    },
  };
}

describe("a page of a server with a provider", () => {
  test("has no credential, and prompts where one is required, once", async () => {
    const { access } = open();
    expect(await access.authorization()).toBeUndefined();
    let count = 0;
    access.watch(() => count++);
    void access.another(undefined);
    void access.another(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(access.state()).toMatchObject({ isPrompted: true, isNeeded: true, config: PROVIDER });
    expect(access.state().isSignedIn).toBe(false);
  });

  test("leaves for the provider with the place that it shows", async () => {
    const { access, calls, left } = open();
    await access.signIn();
    expect(calls).toEqual(["put ?kiosk#/alarms"]);
    expect(left).toEqual(["https://login.test/auth"]);
  });

  test("exchanges the answer in its address before its first request, and gives it to other tabs", async () => {
    const { access, shared, tab } = open({ answer: ANSWER });
    expect(await access.authorization()).toBe("Bearer 1");
    expect(tab.stored?.authorization).toBe("Bearer 1");
    expect(shared.map(({ authorization }) => authorization)).toEqual(["Bearer 1"]);
  });

  test("shows what the provider refused", async () => {
    const page = open();
    page.fail(new SignInRefused("access_denied", "not for you"));
    const refused = open({ answer: ANSWER });
    refused.fail(new SignInRefused("access_denied", "not for you"));
    expect(await refused.access.authorization()).toBeUndefined();
    expect(refused.access.state()).toMatchObject({
      isPrompted: true,
      failure: { kind: "provider", error: "access_denied", description: "not for you" },
    });
  });

  test("renews before the expiry, by itself", async () => {
    const { access, calls } = open({ stored: credentialOf("0") });
    expect(await access.authorization()).toBe("Bearer 0");
    await vi.advanceTimersByTimeAsync(79_000);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(calls).toEqual(["refresh Bearer 0"]);
    expect(await access.authorization()).toBe("Bearer 1");
    await vi.advanceTimersByTimeAsync(81_000);
    expect(await access.authorization()).toBe("Bearer 2");
  });

  test("renews an expired one before the next request, as after a sleep", async () => {
    const { access } = open({
      stored: credentialOf("0", { expiresAtMs: Date.now() - 1, obtainedAtMs: 0 }),
    });
    expect(await access.authorization()).toBe("Bearer 1");
  });

  test("tries again while the provider cannot be reached, and prompts where it gives none", async () => {
    const page = open({ stored: credentialOf("0") });
    page.fail(new TypeError("fetch failed"));
    await vi.advanceTimersByTimeAsync(84_000);
    expect(page.calls.length).toBe(2);
    expect(page.access.state().isSignedIn).toBe(true);
    page.fail(new SignInRefused("invalid_grant"));
    await vi.advanceTimersByTimeAsync(3000);
    expect(page.access.state().isSignedIn).toBe(false);
    void page.access.another("Bearer 0");
    await vi.advanceTimersByTimeAsync(0);
    expect(page.access.state().isPrompted).toBe(true);
  });

  test("one refusal after another ends at the person, not at the provider", async () => {
    const { access, calls } = open({ stored: credentialOf("0") });
    await access.another("Bearer 0");
    void access.another("Bearer 1");
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["refresh Bearer 0"]);
    expect(access.state()).toMatchObject({ isPrompted: true, failure: { kind: "refused" } });
  });

  test("requests that are refused at once share one renewal", async () => {
    const { access, calls } = open({ stored: credentialOf("0") });
    await Promise.all([access.another("Bearer 0"), access.renew("Bearer 0")]);
    await access.another("Bearer 0");
    expect(calls).toEqual(["refresh Bearer 0"]);
  });

  test("takes what another tab renewed, and gives what it has", async () => {
    const { access, peers, calls } = open({ stored: credentialOf("0") });
    await vi.advanceTimersByTimeAsync(10);
    peers().onHeld(credentialOf("other"));
    expect(await access.authorization()).toBe("Bearer other");
    expect(peers().own()?.authorization).toBe("Bearer other");
    await vi.advanceTimersByTimeAsync(75_000);
    expect(calls).toEqual([]);
  });

  test("signs out here, in other tabs and at the provider", async () => {
    const { access, calls, left, tab } = open({ stored: credentialOf("0") });
    await access.signOut();
    expect(tab.stored).toBeUndefined();
    expect(calls).toEqual(["signed out"]);
    expect(left).toEqual(["https://login.test/end"]);
    const other = open({ stored: credentialOf("0") });
    other.peers().onSignedOut();
    expect(other.tab.stored).toBeUndefined();
    expect(other.left).toEqual([undefined]);
  });
});

describe("a page of a server with tokens", () => {
  const config = { mode: "token" } as const;

  test("goes on with the token that is entered", async () => {
    const { access, peers } = open({ config });
    const read = access.another(undefined);
    const change = access.renew(undefined);
    await vi.advanceTimersByTimeAsync(0);
    access.enterToken("secret");
    await read;
    expect(await change).toBe(true);
    expect(await access.authorization()).toBe("Bearer secret");
    expect(access.state()).toMatchObject({ isPrompted: false, isNeeded: false, isSignedIn: true });
    // It stays in its tab.
    expect(peers().own()).toBeUndefined();
  });

  test("is dismissed for what it reads, and prompts again for what a person does", async () => {
    const { access } = open({ config });
    let isRead = false;
    void access.another(undefined).then(() => {
      isRead = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    access.dismiss();
    void access.another(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(access.state()).toMatchObject({ isPrompted: false, isNeeded: true });
    const change = access.renew(undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(access.state().isPrompted).toBe(true);
    access.dismiss();
    expect(await change).toBe(false);
    expect(isRead).toBe(false);
    access.enterToken("secret");
    await vi.advanceTimersByTimeAsync(0);
    expect(isRead).toBe(true);
  });

  test("says that a token is wrong, and forgets it", async () => {
    const { access, tab } = open({ config });
    access.enterToken("wrong");
    void access.another("Bearer wrong");
    await vi.advanceTimersByTimeAsync(0);
    expect(access.state()).toMatchObject({ isPrompted: true, failure: { kind: "refused" } });
    expect(tab.stored).toBeUndefined();
  });
});
