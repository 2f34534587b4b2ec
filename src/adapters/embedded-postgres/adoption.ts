// The server that is already there: one that outlived its process, or serves another.
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, connectionString } from "./address.ts";
import type { DataDirectory } from "./data-directory.ts";
import { codeOf, EmbeddedPostgresError } from "./error.ts";
import { type Claim, isAlive, isZombie, readClaim, releaseClaim } from "./postmaster.ts";
import { enter, type Presence } from "./presence.ts";

/** How long a server may recover or shut down before we give up on it, in ms. */
const BUSY_MS = 60_000;
/** A server that lives listens within this time of its lock file, in ms. */
const SILENT_MS = 3000;
const POLL_MS = 50;

/** The server is there, and starts, recovers or shuts down. */
const BUSY = new Set(["57P01", "57P03"]);
/** Nobody listens. */
const REFUSED = new Set(["ECONNREFUSED", "ENOENT"]);

export interface Found {
  readonly presence: Presence;
  readonly address: Address;
  readonly url: string;
}

/**
 * Enters the server that holds the lock file of the directory, once it answers. Undefined where there is none;
 * a lock file that holds the number of another process is freed then.
 */
export async function findServer(data: DataDirectory): Promise<Found | undefined> {
  const begunMs = Date.now();
  for (;;) {
    const claim = await readClaim(data);
    if (!claim) return undefined;
    const { address } = claim;
    // A socket is worth a try in any case: a server in another container has no number here.
    if (address?.kind !== "socket" && !isAlive(claim)) return freed(data, claim);

    let failure: unknown;
    if (address) {
      try {
        const presence = await enter(data, address);
        return { presence, address, url: connectionString(data, address) };
      } catch (error) {
        if (error instanceof EmbeddedPostgresError) throw error;
        failure = error;
      }
    }
    if (!isAlive(claim)) return freed(data, claim);

    const isBusy = BUSY.has(codeOf(failure));
    // Only the server listens at the socket in its directory; at a port anybody may.
    const isThere = isBusy || (address?.kind === "socket" && !REFUSED.has(codeOf(failure)));
    if (Date.now() - begunMs > (isBusy ? BUSY_MS : SILENT_MS)) {
      if (!isThere) {
        await releaseClaim(data, claim);
        return undefined;
      }
      const answer = failure instanceof Error ? failure.message : "no answer";
      throw new EmbeddedPostgresError(
        `PostgreSQL in ${data.path} is there but cannot be used (${answer}): see postgres.log beside it, and start again`,
        { cause: failure },
      );
    }
    await sleep(POLL_MS);
  }
}

/** What has ended holds nothing any more. */
async function freed(data: DataDirectory, claim: Claim): Promise<undefined> {
  if (isZombie(claim)) await releaseClaim(data, claim);
}
