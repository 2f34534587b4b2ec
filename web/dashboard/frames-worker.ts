// Beside the page: to read the frame of a large fleet takes several pictures of the screen.
import { follow } from "./follow.ts";
import { createFrameReader, type Report } from "./frame-reader.ts";
import { Frames } from "./operations.ts";
import { openSocket } from "./socket.ts";

/** What the page wants read from now on. */
export interface ReadOrder {
  /** Of the subscriptions. */
  readonly url: string;
  readonly list: number;
  readonly ids: readonly string[];
}

/** What the page is told. Reports of an earlier list may still come after the order for another. */
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

/** The columns are copied on the way. */
function postNews(news: ReaderNews): void {
  postMessage(news);
}
