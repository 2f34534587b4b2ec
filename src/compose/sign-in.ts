// The sign-in of a server: who sends a request, by its settings and by the tokens and rules that are stored.
import { createMemoryIdentityStore } from "../adapters/memory/identity-store.ts";
import { systemSecrets } from "../adapters/system/secrets.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../domain/ports/clock.ts";
import type { IdentityStore } from "../domain/ports/identity-store.ts";
import type { Log } from "../domain/ports/log.ts";
import { type Authenticator, createAuthenticator } from "../services/identity/authenticator.ts";
import { createIdentityTable } from "../services/identity/identity-table.ts";

export interface SignIn {
  readonly authenticator: Authenticator;
  /** Reads what is stored, and again every second from now on. */
  start(): Promise<void>;
  stop(): void;
}

interface SignInDeps {
  readonly settings: Settings;
  /** Left out: tokens and rules are held in memory. */
  readonly store?: IdentityStore | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSignIn({ settings, clock, log, ...deps }: SignInDeps): SignIn {
  const store = deps.store ?? createMemoryIdentityStore(() => {});
  const table = createIdentityTable({ store, clock, log });
  const { apiToken } = settings;
  const authenticator = createAuthenticator({
    settings: { apiToken, anonymousRole: undefined, adminRules: [] },
    ...{ table, verifier: undefined, secrets: systemSecrets, clock },
  });
  return {
    authenticator,
    async start() {
      await table.read();
      table.start();
    },
    stop: table.stop,
  };
}
