// The list of assets, read in the page, which waits for it, and their frames, read in a worker.
import { AssetsRefused, type FleetAsset, readAssets } from "./asset-list.ts";
import type { ReaderNews, ReadOrder } from "./frames-worker.ts";
import { pause, waitMs } from "./pause.ts";

/** Reports are in the order of the list of assets that came before them. */
export type FramesNews =
  | { readonly kind: "assets"; readonly assets: readonly FleetAsset[] }
  | { readonly kind: "refused"; readonly reason: string }
  | ReaderNews;

export interface Frames {
  /** Calls the listener with all news, in order: with those that have come already first. There is one listener. */
  listen(onNews: (news: FramesNews) => void): void;
  /** Reads the list of assets again: frames are reported in its order from then on. */
  reload(): void;
  /** Tries at once to connect, where that waits. */
  hurry(): void;
}

/** Begins to follow the fleet at once, and never stops. */
export function startFrames(): Frames {
  const worker = new Worker(new URL("./frames-worker.ts", import.meta.url), { type: "module" });
  return followFrames(worker, new URL("./", document.baseURI).href);
}

/** What is needed of a worker. */
export type FramesWorker = Pick<Worker, "onmessage"> & {
  postMessage(order: ReadOrder): void;
};

export function followFrames(worker: FramesWorker, serverUrl: string): Frames {
  const waiting: FramesNews[] = [];
  let emit = (news: FramesNews): unknown => waiting.push(news);
  let listNumber = 0;
  let isLoading = false;
  worker.onmessage = ({ data }: MessageEvent<ReaderNews>) => {
    // A report in the order of an earlier list comes again in that of the newest one.
    if (data.kind !== "report" || data.listNumber === listNumber) emit(data);
  };

  async function load(): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    for (let failures = 0; ; failures++) {
      const assets = await readAssets(serverUrl).catch(noteRefusal);
      if (assets !== undefined) {
        listNumber++;
        worker.postMessage({ serverUrl, list: { listNumber, ids: assets.map(({ id }) => id) } });
        emit({ kind: "assets", assets });
        break;
      }
      // Whether frames can be followed shows what is in the way.
      worker.postMessage({ serverUrl });
      await pause(waitMs(failures));
    }
    isLoading = false;
  }

  function noteRefusal(error: unknown): undefined {
    if (error instanceof AssetsRefused) emit({ kind: "refused", reason: error.message });
  }

  void load();
  return {
    listen(onNews) {
      emit = onNews;
      for (const news of waiting.splice(0)) onNews(news);
    },
    reload: () => void load(),
    hurry: () => worker.postMessage({ serverUrl, isUrgent: true }),
  };
}
