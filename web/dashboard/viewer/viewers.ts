// Who is signed in, known on every page: read once, and again with each other credential.
import type { Client } from "graphql-ws";
import { useSyncExternalStore } from "react";
import { access } from "../../sign-in/page-access.ts";
import { type Action, type ActionPlace, isOffered, type Viewer } from "../../sign-in/viewer.ts";
import { request } from "../api/api.ts";
import { Viewer as ViewerOperation } from "../api/operations.ts";
import { keepReading } from "../live/keep-reading.ts";

const listeners = new Set<() => void>();
let viewer: Viewer | undefined;
/** Whether it may still become known. */
let isAwaited = true;
let stopReading = () => {};
/** The credential for which it is read, or was. */
let readFor: string | undefined;

/** Starts to follow who is signed in, and never stops. @param client Connects anew where the roles changed. */
export function startViewer(client: Client): void {
  void read();
  let isFirst = true;
  client.on("connected", () => {
    if (!isFirst) void read();
    isFirst = false;
  });
  access.watch(() => void readAnew());
}

async function readAnew(): Promise<void> {
  if ((await access.authorization()) !== readFor) await read();
}

async function read(): Promise<void> {
  readFor = await access.authorization();
  stopReading();
  stopReading = keepReading(
    () => request(ViewerOperation, {}),
    (answer) => {
      viewer = answer.viewer;
      notify();
    },
    () => notify(),
  );
}

function notify(): void {
  isAwaited = false;
  for (const listener of listeners) listener();
}

/** Undefined until it is known. */
export function useViewer(): Viewer | undefined {
  return useSyncExternalStore(watch, () => viewer);
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Whether something is offered to the person. Until the roles are known it is, unless the person signed in; where they
 * cannot be known it is, and the server decides.
 */
export function useIsOffered(action: Action, place?: ActionPlace): boolean {
  const known = useViewer();
  const isUnknown = useSyncExternalStore(watch, () => !isAwaited);
  if (known !== undefined) return isOffered(known, action, place);
  return isUnknown || !access.state().isSignedIn;
}
