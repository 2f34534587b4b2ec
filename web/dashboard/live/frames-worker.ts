// The worker that reads frames, which are large, and take longer than a picture of the screen.
import { Frames } from "../api/operations.ts";
import { readTickS } from "./asset-list.ts";
import { follow } from "./follow.ts";
import { createFrameReader, type Frame, type Report } from "./frame-reader.ts";
import { endPauses } from "./pause.ts";
import { openSocket, type SocketAccess } from "./socket.ts";

/** The first order begins the work; each further one with a list has reports in its order. */
export interface ReadOrder {
  /** The address of the server, which ends in a slash. */
  readonly serverUrl: string;
  /** The credential from now on. Left out: none. */
  readonly authorization?: string | undefined;
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
  | { readonly kind: "lost" }
  /** The server does not accept a credential, or requires one: the page gives another one. */
  | { readonly kind: "unauthorized"; readonly authorization: string | undefined };

let report: ((frame: Frame) => void) | undefined;
/** The newest frame: the first one may come before the list of assets. */
let newest: Frame | undefined;
let isBegun = false;
let authorization: string | undefined;
/** Connections that wait for another credential. */
let waiting: (() => void)[] = [];
/** Is settled once the length of a tick is posted, or cannot be known. */
let tickPosted: Promise<void> | undefined;

addEventListener("message", ({ data }: MessageEvent<ReadOrder>) => {
  const { serverUrl, list, isUrgent = false } = data;
  useCredential(data.authorization);
  // The server answers in the order of the requests, and the first frame takes it longest.
  if (list !== undefined) void use(serverUrl, list);
  if (!isBegun) begin(serverUrl);
  isBegun = true;
  if (isUrgent) endPauses();
});

function useCredential(next: string | undefined): void {
  if (next === authorization) return;
  authorization = next;
  const waited = waiting;
  waiting = [];
  for (const resolve of waited) resolve();
}

const access: SocketAccess = {
  authorization: async () => authorization,
  another(refused) {
    if (authorization !== refused) return Promise.resolve();
    postNews({ kind: "unauthorized", authorization: refused });
    return new Promise((resolve) => waiting.push(resolve));
  },
};

function begin(serverUrl: string): void {
  const url = `${serverUrl}graphql`.replace(/^http/, "ws");
  const client = openSocket(url, { access, onLost: () => postNews({ kind: "lost" }) });
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
  const tickS = await readTickS(serverUrl, assetId, authorization).catch(() => undefined);
  if (tickS !== undefined) postNews({ kind: "tick", tickS });
}

/** Posts a message; its columns are copied. */
function postNews(news: ReaderNews): void {
  postMessage(news);
}
