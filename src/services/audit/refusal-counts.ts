// Counts of refused attempts by address and minute: the first ones are recorded, and the others counted.
import { networkOf } from "../../domain/base/network.ts";

const MINUTE_MS = 60_000;
/** Attempts of an address that are recorded in a minute. */
export const RECORDED_PER_MINUTE = 10;
/** Attempts of all addresses that are recorded in a minute. */
const MOST_RECORDED = 1_000;
/** Addresses that are counted apart in a minute; those of all others together. */
const MOST_ADDRESSES = 10_000;

/** Attempts of an address in a minute that were not recorded. */
export interface OmittedRefusals {
  /** An address of IPv6 is a network here: `2001:db8:1:2::/64`. null: of addresses that are not counted apart. */
  readonly address: string | null;
  /** Begin of the minute, in ms since the epoch. */
  readonly fromMs: number;
  readonly count: number;
}

export interface RefusalCounts {
  /** Counts an attempt: whether it is to be recorded. */
  add(address: string, nowMs: number, canRecord: boolean): boolean;
  /** Removes and returns what was omitted in minutes that are over. @param isAll Also in the present one. */
  takeOmitted(nowMs: number, isAll?: boolean): readonly OmittedRefusals[];
  /** The end of the present minute, in ms since the epoch. */
  endMs(nowMs: number): number;
}

export function createRefusalCounts(mostAddresses = MOST_ADDRESSES): RefusalCounts {
  const counts = new Map<string | null, { recorded: number; omitted: number }>();
  let over: OmittedRefusals[] = [];
  let fromMs = -Infinity;
  let recorded = 0;

  function end(): void {
    for (const [address, { omitted: count }] of counts)
      if (count > 0) over.push({ address, fromMs, count });
    counts.clear();
  }

  function begin(nowMs: number): void {
    const beginMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (beginMs === fromMs) return;
    end();
    fromMs = beginMs;
    recorded = 0;
  }

  return {
    add(given, nowMs, canRecord) {
      begin(nowMs);
      const address = networkOf(given);
      const key = counts.has(address) || counts.size < mostAddresses ? address : null;
      const count = counts.get(key) ?? { recorded: 0, omitted: 0 };
      counts.set(key, count);
      const isRecorded =
        canRecord && recorded < MOST_RECORDED && count.recorded < RECORDED_PER_MINUTE;
      if (!isRecorded) count.omitted++;
      else {
        count.recorded++;
        recorded++;
      }
      return isRecorded;
    },
    takeOmitted(nowMs, isAll = false) {
      begin(nowMs);
      if (isAll) end();
      const taken = over;
      over = [];
      return taken;
    },
    endMs: (nowMs) => (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS,
  };
}
