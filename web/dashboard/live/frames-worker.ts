// The worker that reads frames: to read the frame of a large fleet takes several pictures of the screen.

import { Frames } from "../api/operations.ts";
import { follow } from "./follow.ts";
import { createFrameReader, type Report } from "./frame-reader.ts";
import { openSocket } from "./socket.ts";

/** The order of the page: the assets to read from now on. */
export interface ReadOrder {
  /** The address of the subscriptions. */
  readonly url: string;
  readonly list: number;
  readonly ids: readonly string[];
}

/** A message to the page. Reports of an earlier list may still arrive after the order for another. */
export type ReaderNews =
  | { readonly kind: "report"; readonly list: number; readonly report: Report }
  | { readonly kind: "lost" };

let list = 0;
let read: ReturnType<typeof createFrameReader> | undefined;

addEventListener("message", ({ data: order }: MessageEvent<ReadOrder>) => {
  const isFirst = read === undefined;
  list = order.list;
  read = createFrameReader(order.ids);
  if (isFirst) begin(order.url);
});

function begin(url: string): void {
  const client = openSocket(url, () => postNews({ kind: "lost" }));
  follow(client, Frames, {}, ({ telemetry }) => {
    if (read !== undefined) postNews({ kind: "report", list, report: read(telemetry) });
  });
}

/** Posts a message; its columns are copied. */
function postNews(news: ReaderNews): void {
  postMessage(news);
}
