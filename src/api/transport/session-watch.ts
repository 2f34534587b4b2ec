// The watch over the sign-ins of open connections, which outlast their requests.
import type { Identity } from "../../domain/identity/principal.ts";
import type { Authenticator, SentToken } from "../../services/identity/authenticator.ts";
import { type Problem, problem } from "./problem.ts";

/** A connection that was signed in. */
export interface Watched {
  readonly token: SentToken | undefined;
  readonly address: string;
  readonly identity: Identity;
  readonly onEnded: (why: Problem) => void;
}

/** How often some of the sign-ins are checked, in ms, and in how many parts: each once a second. */
const EVERY_MS = 100;
const PARTS = 10;

export function createSessionWatch(authenticator: Pick<Authenticator, "identify" | "hasExpired">) {
  const { identify, hasExpired } = authenticator;
  const watched = new Set<Watched>();
  /** Those that are still to be checked in this round. */
  let round: Watched[] = [];
  let partSize = 0;

  function end(entry: Watched, why: string): void {
    if (watched.delete(entry)) entry.onEnded(problem("UNAUTHORIZED", why));
  }

  async function check(entry: Watched): Promise<void> {
    const { token, address, identity } = entry;
    if (hasExpired(identity)) return end(entry, "the sign-in has expired: sign in again");
    const found = await identify(token, address);
    if ("code" in found) return end(entry, found.message);
    const { grants } = found;
    const isSame =
      grants === identity.grants || JSON.stringify(grants) === JSON.stringify(identity.grants);
    if (!isSame) end(entry, "the roles of this sign-in have changed: connect again");
  }

  function checkSome(): void {
    if (round.length === 0) {
      round = [...watched];
      partSize = Math.ceil(round.length / PARTS);
    }
    // A provider that cannot be reached ends nothing.
    for (const entry of round.splice(-partSize, partSize))
      if (watched.has(entry)) check(entry).catch(() => {});
  }

  const timer = setInterval(checkSome, EVERY_MS).unref();

  return {
    /** @returns What ends the watch. */
    add(entry: Watched): () => void {
      watched.add(entry);
      return () => void watched.delete(entry);
    },
    close: () => clearInterval(timer),
  };
}
