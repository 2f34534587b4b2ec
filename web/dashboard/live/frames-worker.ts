// The worker that reads the list of assets and their frames: both are large, and take longer than a picture of the screen.
import { Frames } from "../api/operations.ts";
import {
  type AssetJson,
  AssetsRefused,
  columnsOf,
  type ListColumns,
  readAssets,
  readTickS,
} from "./asset-list.ts";
import { follow } from "./follow.ts";
import { createFrameReader, type Frame, type Report } from "./frame-reader.ts";
import { openSocket } from "./socket.ts";

/** The first order begins the work; each further one reads the list of assets again. */
export interface ReadOrder {
  /** The address of the server, which ends in a slash. */
  readonly serverUrl: string;
  /** The list as JSON, where the page has read it already. */
  readonly list: ArrayBuffer | undefined;
}

/** A message to the page. Reports are in the order of the list of assets that came before them. */
export type ReaderNews =
  | { readonly kind: "assets"; readonly columns: ListColumns }
  /** The length of a tick, which comes before the first report where it can be known. */
  | { readonly kind: "tick"; readonly tickS: number }
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "lost" }
  | { readonly kind: "refused"; readonly reason: string };

/** Wait before the list is requested again, in ms. */
const AGAIN_MS = 2000;

let read: ReturnType<typeof createFrameReader> | undefined;
/** The newest frame: the first one may come before the list of assets. */
let newest: Frame | undefined;
let isBegun = false;
let isLoading = false;
/** Is settled once the length of a tick is posted, or cannot be known. */
let tickPosted: Promise<void> | undefined;

addEventListener("message", ({ data: { serverUrl, list } }: MessageEvent<ReadOrder>) => {
  // A server with one thread answers in the order of the requests: a frame is the largest answer.
  if (list !== undefined) use(serverUrl, JSON.parse(new TextDecoder().decode(list)));
  else void load(serverUrl);
  if (!isBegun) begin(serverUrl);
  isBegun = true;
});

function begin(serverUrl: string): void {
  const url = `${serverUrl}graphql`.replace(/^http/, "ws");
  const client = openSocket(url, () => postNews({ kind: "lost" }));
  follow(client, Frames, {}, ({ telemetry }) => {
    newest = telemetry;
    report(telemetry);
  });
}

function report(frame: Frame): void {
  if (read !== undefined) postNews({ kind: "report", report: read(frame) });
}

/** Reads the list of assets, again until it is answered; one reading at a time. */
async function load(serverUrl: string): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  for (;;) {
    const list = await readAssets(serverUrl).catch(noteRefusal);
    if (list !== undefined) {
      use(serverUrl, list);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  isLoading = false;
}

function use(serverUrl: string, list: readonly AssetJson[]): void {
  postNews({ kind: "assets", columns: columnsOf(list) });
  tickPosted ??= postTick(serverUrl, list[0]?.id);
  void tickPosted.then(() => {
    read = createFrameReader(list.map(({ id }) => id));
    if (newest !== undefined) report(newest);
  });
}

async function postTick(serverUrl: string, assetId: string | undefined): Promise<void> {
  if (assetId === undefined) return;
  const tickS = await readTickS(serverUrl, assetId).catch(() => undefined);
  if (tickS !== undefined) postNews({ kind: "tick", tickS });
}

function noteRefusal(error: unknown): undefined {
  if (error instanceof AssetsRefused) postNews({ kind: "refused", reason: error.message });
}

/** Posts a message; its columns are copied. */
function postNews(news: ReaderNews): void {
  postMessage(news);
}
