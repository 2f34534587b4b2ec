/** The version of what a cursor holds, so that a later server can tell an older one. */
const VERSION = 1;

/**
 * Names one frame of one run of the server, as opaque text that a client keeps.
 *
 * @param runId       Which run of the server made the frame.
 * @param timestampMs Instant of its tick, in ms since the epoch.
 */
export function frameCursor(runId: string, timestampMs: number): string {
  return Buffer.from(`${VERSION}.${runId}.${timestampMs}`).toString("base64url");
}
