// Cursors of telemetry frames.

/** The version of the content of a cursor. */
const VERSION = "1";

/** Identifies one frame of one run of the server. */
export interface FrameCursor {
  /** Which run of the server made the frame. */
  readonly runId: string;
  /** Instant of its tick, in ms since the epoch. */
  readonly timestampMs: number;
}

/** A cursor as opaque text. */
export function writeFrameCursor({ runId, timestampMs }: FrameCursor): string {
  return Buffer.from(`${VERSION}.${runId}.${timestampMs}`).toString("base64url");
}

/** The cursor of a text; undefined where no server of this version wrote it. */
export function readFrameCursor(text: string): FrameCursor | undefined {
  if (!/^[\w-]{1,200}$/.test(text)) return undefined;
  const [version, runId, instant, ...rest] = Buffer.from(text, "base64url").toString().split(".");
  if (version !== VERSION || !runId || !/^\d{1,15}$/.test(instant ?? "") || rest.length > 0)
    return undefined;
  return { runId, timestampMs: Number(instant) };
}
