// The worker that reads the list of assets and their frames: both are large, and take longer than a picture of the screen.
import { Frames } from "../api/operations.ts";
import { AssetsRefused, type FleetAsset, readAssets, readTickS } from "./asset-list.ts";
import { follow } from "./follow.ts";
import { createFrameReader, type Frame, type Report } from "./frame-reader.ts";
import { openSocket } from "./socket.ts";

/** The first order begins the work; each further one reads the list of assets again. */
export interface ReadOrder {
  /** The address of the server, which ends in a slash. */
  readonly serverUrl: string;
}

/** A message to the page. Reports are in the order of the list of assets that came before them. */
export type ReaderNews =
  | {
      readonly kind: "assets";
      readonly assets: readonly FleetAsset[];
      /** The length of a tick in s; undefined where it is not known yet. */
      readonly tickS: number | undefined;
    }
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

addEventListener("message", ({ data: { serverUrl } }: MessageEvent<ReadOrder>) => {
  if (!isBegun) begin(serverUrl);
  isBegun = true;
  void load(serverUrl);
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
    const assets = await readAssets(serverUrl).catch(noteRefusal);
    if (assets !== undefined) {
      await use(serverUrl, assets);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  isLoading = false;
}

async function use(serverUrl: string, assets: readonly FleetAsset[]): Promise<void> {
  const isFirst = read === undefined;
  const [first] = assets;
  const tickS =
    isFirst && first !== undefined
      ? await readTickS(serverUrl, first.id).catch(() => undefined)
      : undefined;
  postNews({ kind: "assets", assets, tickS });
  read = createFrameReader(assets.map(({ id }) => id));
  if (newest !== undefined) report(newest);
}

function noteRefusal(error: unknown): undefined {
  if (error instanceof AssetsRefused) postNews({ kind: "refused", reason: error.message });
}

/** Posts a message; its columns are copied. */
function postNews(news: ReaderNews): void {
  postMessage(news);
}
