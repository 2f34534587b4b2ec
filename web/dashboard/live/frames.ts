// The list of assets and their frames, read in a worker.
import { addressOf } from "../api/address.ts";
import type { ReaderNews, ReadOrder } from "./frames-worker.ts";

export interface Frames {
  /** Calls the listener with every message, in order: with those that have come already first. There is one listener. */
  listen(onNews: (news: ReaderNews) => void): void;
  /** Reads the list of assets again: frames are reported in its order from then on. */
  reload(): void;
}

/** Begins to follow the fleet at once, and never stops. */
export function startFrames(): Frames {
  const worker = new Worker(new URL("./frames-worker.ts", import.meta.url), { type: "module" });
  const waiting: ReaderNews[] = [];
  worker.onmessage = ({ data }: MessageEvent<ReaderNews>) => waiting.push(data);
  const order: ReadOrder = { serverUrl: addressOf("./") };
  const reload = () => worker.postMessage(order);
  reload();
  return {
    listen(onNews) {
      for (const news of waiting.splice(0)) onNews(news);
      worker.onmessage = ({ data }: MessageEvent<ReaderNews>) => onNews(data);
    },
    reload,
  };
}
