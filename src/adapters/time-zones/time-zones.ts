// Time zones, by the data of Node.
import { tzOffset } from "@date-fns/tz";
import type { TimeZones } from "../../domain/ports/time-zones.ts";

/** Names of IANA, not offsets: `Europe/Helsinki`, `UTC`. */
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

export const systemTimeZones: TimeZones = {
  offsetOf(zone) {
    const offsetMs = (atMs: number) => Math.round(tzOffset(zone, new Date(atMs)) * 60_000);
    return NAME.test(zone) && !Number.isNaN(offsetMs(0)) ? offsetMs : undefined;
  },
};
