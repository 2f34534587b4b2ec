// The subscription to frames, read in a worker.
import { subscriptionsAddress } from "../api/address.ts";
import type { Report } from "./frame-reader.ts";
import type { ReaderNews, ReadOrder } from "./frames-worker.ts";

export interface Frames {
  /** Reports frames in the order of these assets from now on. @returns The number of the list. */
  read(ids: readonly string[]): number;
}

/**
 * Follows the frames of the fleet, once there is a list of its assets, and never stops.
 *
 * @param onReport Is called with every report, and with the number of the list that it was read by.
 * @param onLost   Is called whenever the connection is lost, or cannot be made.
 */
export function startFrames(
  onReport: (report: Report, list: number) => void,
  onLost: () => void,
): Frames {
  const worker = new Worker(new URL("./frames-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data: news }: MessageEvent<ReaderNews>) => {
    if (news.kind === "lost") onLost();
    else onReport(news.report, news.list);
  };
  let list = 0;
  return {
    read(ids) {
      const order: ReadOrder = { url: subscriptionsAddress(), list: ++list, ids };
      worker.postMessage(order);
      return list;
    },
  };
}
