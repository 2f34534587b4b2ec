// Fans each new frame out to whoever subscribes.
import type { Frame } from "../../domain/frame.ts";
import type { TelemetryService } from "../../services/telemetry.ts";
import { createFrameSource, type FrameSource, type StreamFrame } from "./source.ts";

export interface Hub {
  /**
   * Attaches a subscriber at once: it gets the current state, then every frame. It leaves when it is
   * returned, or when the signal aborts, whichever comes first.
   */
  open(signal?: AbortSignal): AsyncIterableIterator<StreamFrame>;
  /** How many subscribers are attached. */
  sourceCount(): number;
  /** Ends every subscription and takes in no more frames. */
  close(): void;
}

/** @param queueLimit Frames that a subscriber may fall behind before the latest one wins. */
export function createHub(telemetry: TelemetryService, queueLimit: number): Hub {
  const sources = new Set<FrameSource>();
  const leave = telemetry.follow((frame: Frame) => {
    for (const source of sources) source.push(frame);
  });

  return {
    open(signal) {
      const source = createFrameSource(telemetry.latest(), queueLimit, () =>
        sources.delete(source),
      );
      sources.add(source);
      const end = () => source.end();
      if (signal?.aborted) end();
      else signal?.addEventListener("abort", end, { once: true });
      return source.frames;
    },
    sourceCount: () => sources.size,
    close() {
      leave();
      for (const source of sources) source.end();
    },
  };
}
