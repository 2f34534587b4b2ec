// The worker that reads frames, which are large, and take longer than a picture of the screen.
import { Frames } from "../api/operations.ts";
import { readTickS } from "./asset-list.ts";
import { follow } from "./follow.ts";
import { createFrameReader, type Frame, type Report } from "./frame-reader.ts";
import { endPauses } from "./pause.ts";
import { openSocket } from "./socket.ts";

/** The first order begins the work; each further one with a list has reports in its order. */
export interface ReadOrder {
  /** The address of the server, which ends in a slash. */
  readonly serverUrl: string;
  readonly list?: {
    readonly listNumber: number;
    readonly ids: readonly string[];
  };
  /** Whether to connect at once where that waits. */
  readonly isUrgent?: boolean;
}

/** A message to the page. */
export type ReaderNews =
  /** The length of a tick, which comes before the first report where it can be known. */
  | { readonly kind: "tick"; readonly tickS: number }
  /** In the order of the list of that number. */
  | { readonly kind: "report"; readonly listNumber: number; readonly report: Report }
  | { readonly kind: "lost" };

let report: ((frame: Frame) => void) | undefined;
/** The newest frame: the first one may come before the list of assets. */
let newest: Frame | undefined;
let isBegun = false;
/** Is settled once the length of a tick is posted, or cannot be known. */
let tickPosted: Promise<void> | undefined;

addEventListener("message", ({ data }: MessageEvent<ReadOrder>) => {
  const { serverUrl, list, isUrgent = false } = data;
  // The server answers in the order of the requests, and the first frame takes it longest.
  if (list !== undefined) void use(serverUrl, list);
  if (!isBegun) begin(serverUrl);
  isBegun = true;
  if (isUrgent) endPauses();
});

function begin(serverUrl: string): void {
  const url = `${serverUrl}graphql`.replace(/^http/, "ws");
  const client = openSocket(url, () => postNews({ kind: "lost" }));
  follow(
    client,
    Frames,
    {},
    {
      onNext({ telemetry }) {
        newest = telemetry;
        report?.(telemetry);
      },
    },
  );
}

async function use(
  serverUrl: string,
  { listNumber, ids }: NonNullable<ReadOrder["list"]>,
): Promise<void> {
  tickPosted ??= postTick(serverUrl, ids[0]);
  await tickPosted;
  const read = createFrameReader(ids);
  report = (frame) => postNews({ kind: "report", listNumber, report: read(frame) });
  if (newest !== undefined) report(newest);
}

async function postTick(serverUrl: string, assetId: string | undefined): Promise<void> {
  if (assetId === undefined) return;
  const tickS = await readTickS(serverUrl, assetId).catch(() => undefined);
  if (tickS !== undefined) postNews({ kind: "tick", tickS });
}

/** Posts a message; its columns are copied. */
function postNews(news: ReaderNews): void {
  postMessage(news);
}
