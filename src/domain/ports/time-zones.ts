// The port of time zones.

export interface TimeZones {
  /** The offset of a zone's local time from UTC at an instant, in ms; undefined where the zone is unknown. */
  offsetOf(zone: string): ((atMs: number) => number) | undefined;
}
