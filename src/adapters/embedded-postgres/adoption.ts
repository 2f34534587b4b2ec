// The adoption of a running server: one that outlived its process, or that another process uses.
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, connectionString } from "./address.ts";
import type { DataDirectory } from "./data-directory.ts";
import { codeOf, EmbeddedPostgresError } from "./error.ts";
import { type Claim, isAlive, isZombie, readClaim, releaseClaim } from "./postmaster.ts";
import { enter, type Presence } from "./presence.ts";

/** How long a server may recover or shut down before the start fails, in ms. */
const BUSY_MS = 60_000;
/** A running server listens within this time after it made its lock file, in ms. */
const SILENT_MS = 3000;
const POLL_MS = 50;

/** The codes of a server that starts, recovers or shuts down. */
const BUSY = new Set(["57P01", "57P03"]);
/** The codes of an address without a server. */
const REFUSED = new Set(["ECONNREFUSED", "ENOENT"]);

export interface Found {
  readonly presence: Presence;
  readonly address: Address;
  readonly url: string;
}

/**
 * Connects to the server that holds the lock file of the directory, once it answers. Undefined where there is none;
 * a lock file with the number of another process is freed then.
 */
export async function findServer(data: DataDirectory): Promise<Found | undefined> {
  const begunMs = Date.now();
  for (;;) {
    const claim = await readClaim(data);
    if (!claim) return undefined;
    const { address } = claim;
    // A socket is tried in any case: a server in another container has no process number here.
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
    // Only the server can listen at the socket in its directory; at a port any process can.
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

/** Frees the lock file of a server that has ended. */
async function freed(data: DataDirectory, claim: Claim): Promise<undefined> {
  if (isZombie(claim)) await releaseClaim(data, claim);
}
