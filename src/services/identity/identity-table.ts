// Named tokens and role rules in memory, as the store had them at most a second ago.
import type { KnownIdentities } from "../../domain/identity/last-admin.ts";
import type { Identity } from "../../domain/identity/principal.ts";
import type { RoleRule } from "../../domain/identity/role-rule.ts";
import { identityOfToken } from "../../domain/identity/token.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { IdentityStore } from "../../domain/ports/identity-store.ts";
import type { Log } from "../../domain/ports/log.ts";

/** What is withdrawn elsewhere is not accepted 2 s later. */
const EVERY_MS = 1_000;

export interface IdentityTable {
  /** The identity of a named token, by its digest. */
  identityOf(digest: string): Identity | undefined;
  hasTokens(): boolean;
  rules(): readonly RoleRule[];
  /** Counts the changes of rules. */
  rulesVersion(): number;
  /** Whether the store was read: until then it is not known whether there are tokens. */
  isRead(): boolean;
  /** Reads the store now. */
  read(): Promise<void>;
  /** Calls after each change of the table. */
  onChange(listener: () => void): void;
  /** Reads the store every second from now on. While it is unavailable, what is known stays. */
  start(): void;
  stop(): void;
}

interface IdentityTableDeps {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly log: Log;
}

export function createIdentityTable({ store, clock, log }: IdentityTableDeps): IdentityTable {
  const listeners: (() => void)[] = [];
  let known: KnownIdentities | undefined;
  let byDigest: ReadonlyMap<string, Identity> = new Map();
  let rulesVersion = 0;
  let begun = 0;
  let taken = 0;
  let cancel = () => {};
  let isStopped = false;

  async function read(): Promise<void> {
    const number = ++begun;
    const found = await store.read();
    // An answer that comes after a later one is older than it.
    if (number < taken) return;
    taken = number;
    take(found);
  }

  function take(found: KnownIdentities): void {
    const isEqual = (of: keyof KnownIdentities) =>
      JSON.stringify(found[of]) === JSON.stringify(known?.[of]);
    const [hasTokens, hasRules] = [isEqual("tokens"), isEqual("rules")];
    if (hasTokens && hasRules) return;
    known = found;
    byDigest = new Map(found.tokens.map((token) => [token.hash, identityOfToken(token)]));
    if (!hasRules) rulesVersion++;
    for (const listener of listeners) listener();
  }

  function readLater(): void {
    if (isStopped) return;
    cancel = clock.wakeAt(clock.nowMs() + EVERY_MS, () => {
      read()
        .catch((err) => log.debug({ err }, "tokens and role rules cannot be read: the known stay"))
        .finally(readLater);
    });
  }

  return {
    identityOf: (digest) => byDigest.get(digest),
    hasTokens: () => byDigest.size > 0,
    rules: () => known?.rules ?? [],
    rulesVersion: () => rulesVersion,
    isRead: () => known !== undefined,
    read,
    onChange: (listener) => void listeners.push(listener),
    start: readLater,
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
