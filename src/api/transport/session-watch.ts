// The watch over the sign-ins of open connections, which outlast their requests.
import type { Identity } from "../../domain/identity/principal.ts";
import type { Authenticator } from "../../services/identity/authenticator.ts";
import { type Problem, problem } from "./problem.ts";

/** A connection that was signed in. */
export interface Watched {
  readonly token: string | undefined;
  readonly address: string;
  readonly identity: Identity;
  readonly onEnded: (why: Problem) => void;
}

/** How often the sign-ins are checked, in ms. */
const EVERY_MS = 1_000;

export function createSessionWatch({ identify }: Pick<Authenticator, "identify">) {
  const watched = new Set<Watched>();

  function end(entry: Watched, why: string): void {
    if (watched.delete(entry)) entry.onEnded(problem("UNAUTHORIZED", why));
  }

  async function check(entry: Watched): Promise<void> {
    const { token, address, identity } = entry;
    if (identity.expiresAtMs !== null && identity.expiresAtMs <= Date.now())
      return end(entry, "the sign-in has expired: sign in again");
    const found = await identify(token, address);
    if ("code" in found) return end(entry, found.message);
    const { grants } = found;
    const isSame =
      grants === identity.grants || JSON.stringify(grants) === JSON.stringify(identity.grants);
    if (!isSame) end(entry, "the roles of this sign-in have changed: connect again");
  }

  const timer = setInterval(() => {
    // A provider that cannot be reached ends nothing.
    for (const entry of watched) check(entry).catch(() => {});
  }, EVERY_MS).unref();

  return {
    /** @returns What ends the watch. */
    add(entry: Watched): () => void {
      watched.add(entry);
      return () => void watched.delete(entry);
    },
    close: () => clearInterval(timer),
  };
}
