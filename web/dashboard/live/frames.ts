// The list of assets, read in the page, which waits for it, and their frames, read in a worker.
import type { Access } from "../../sign-in/access.ts";
import { AssetsRefused, type FleetAsset, readAssets, SignInRequired } from "./asset-list.ts";
import type { ReaderNews, ReadOrder } from "./frames-worker.ts";
import { pause, waitMs } from "./pause.ts";

/** Reports are in the order of the list of assets that came before them. */
export type FramesNews =
  | { readonly kind: "assets"; readonly assets: readonly FleetAsset[] }
  | { readonly kind: "refused"; readonly reason: string }
  | Exclude<ReaderNews, { readonly kind: "unauthorized" }>;

export interface Frames {
  /** Calls the listener with all news, in order: with those that have come already first. There is one listener. */
  listen(onNews: (news: FramesNews) => void): void;
  /** Reads the list of assets again: frames are reported in its order from then on. */
  reload(): void;
  /** Tries at once to connect, where that waits. */
  hurry(): void;
}

/** Begins to follow the fleet at once, and never stops. */
export function startFrames(access: FramesAccess): Frames {
  const worker = new Worker(new URL("./frames-worker.ts", import.meta.url), { type: "module" });
  return followFrames(worker, new URL("./", document.baseURI).href, access);
}

/** What signs in the list and the worker. */
export type FramesAccess = Pick<Access, "authorization" | "another" | "watch">;

/** What is needed of a worker. */
export type FramesWorker = Pick<Worker, "onmessage"> & {
  postMessage(order: ReadOrder): void;
};

export function followFrames(
  worker: FramesWorker,
  serverUrl: string,
  access: FramesAccess,
): Frames {
  const waiting: FramesNews[] = [];
  let emit = (news: FramesNews): unknown => waiting.push(news);
  let listNumber = 0;
  let isLoading = false;
  worker.onmessage = ({ data }: MessageEvent<ReaderNews>) => {
    // A report in the order of an earlier list comes again in that of the newest one.
    if (data.kind === "unauthorized") void access.another(data.authorization).then(() => order());
    else if (data.kind !== "report" || data.listNumber === listNumber) emit(data);
  };

  /** Orders something of the worker, which gets the credential of this moment with each order. */
  async function order(what: Omit<ReadOrder, "serverUrl" | "authorization"> = {}): Promise<void> {
    worker.postMessage({ serverUrl, ...what, authorization: await access.authorization() });
  }

  async function load(): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    for (let failures = 0; ; failures++) {
      const authorization = await access.authorization();
      const assets = await readAssets(serverUrl, authorization).catch(noteRefusal);
      if (assets === "sign-in") {
        await access.another(authorization);
        continue;
      }
      if (assets !== undefined) {
        listNumber++;
        await order({ list: { listNumber, ids: assets.map(({ id }) => id) } });
        emit({ kind: "assets", assets });
        break;
      }
      // Whether frames can be followed shows what is in the way.
      await order();
      await pause(waitMs(failures));
    }
    isLoading = false;
  }

  function noteRefusal(error: unknown): "sign-in" | undefined {
    if (error instanceof SignInRequired) return "sign-in";
    if (error instanceof AssetsRefused) emit({ kind: "refused", reason: error.message });
    return undefined;
  }

  void load();
  // One that was renewed is there before the next connection.
  access.watch(() => {
    if (listNumber > 0) void order();
  });
  return {
    listen(onNews) {
      emit = onNews;
      for (const news of waiting.splice(0)) onNews(news);
    },
    reload: () => void load(),
    hurry: () => void order({ isUrgent: true }),
  };
}
