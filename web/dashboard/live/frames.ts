// The list of assets and their frames, read in a worker.
import { addressOf } from "../api/address.ts";
import type { ReaderNews, ReadOrder } from "./frames-worker.ts";

/** The part of an answer to the first request that the worker goes on with. */
type FirstList = ReadOrder["list"];

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
  const serverUrl = addressOf("./");
  const order = (list?: FirstList) => {
    const message: ReadOrder = { serverUrl, list };
    worker.postMessage(message, list === undefined ? [] : [list]);
  };
  // The worker starts meanwhile.
  void readFirstList(serverUrl).then(order);
  return {
    listen(onNews) {
      for (const news of waiting.splice(0)) onNews(news);
      worker.onmessage = ({ data }: MessageEvent<ReaderNews>) => onNews(data);
    },
    reload: () => order(),
  };
}

/** The list that the browser loads ahead with the page; undefined where there is none: the worker finds out why. */
async function readFirstList(serverUrl: string): Promise<FirstList> {
  try {
    const answer = await fetch(`${serverUrl}assets`);
    return answer.ok ? await answer.arrayBuffer() : undefined;
  } catch {
    return undefined;
  }
}
