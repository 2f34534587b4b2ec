// Storms of sign-ins: the tokens of each address that are not accepted, counted for a minute.
import { networkOf } from "../../domain/base/network.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import { createRecentMap } from "./recent-map.ts";

const MINUTE_MS = 60_000;
/** Different tokens of one address in a minute that are looked at. */
const TOLERATED = 20;
const MOST_ADDRESSES = 10_000;

export interface SignInStorms {
  /** Notes a token that is not accepted, by its digest. The same one again is not counted again. */
  note(address: string, digest: string): void;
  /** For how long an address is in a storm, in s; 0: it is in none. */
  leftS(address: string): number;
}

interface Minute {
  readonly endMs: number;
  readonly digests: Set<string>;
}

export function createSignInStorms({ nowMs }: Pick<Clock, "nowMs">): SignInStorms {
  const minutes = createRecentMap<Minute>(MOST_ADDRESSES);

  function minuteOf(address: string): Minute | undefined {
    const minute = minutes.get(address);
    return minute !== undefined && nowMs() < minute.endMs ? minute : undefined;
  }

  return {
    note(given, digest) {
      const address = networkOf(given);
      const minute = minuteOf(address) ?? { endMs: nowMs() + MINUTE_MS, digests: new Set() };
      if (minute.digests.size <= TOLERATED) minute.digests.add(digest);
      minutes.set(address, minute);
    },
    leftS(address) {
      const minute = minuteOf(networkOf(address));
      if (minute === undefined || minute.digests.size <= TOLERATED) return 0;
      return Math.ceil((minute.endMs - nowMs()) / 1000);
    },
  };
}
