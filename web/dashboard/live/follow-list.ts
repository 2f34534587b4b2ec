// A list that is kept up to date by the events of a subscription, whatever happens to the connection.
import type { Client } from "graphql-ws";
import type { Operation } from "../api/operations.ts";
import { follow } from "./follow.ts";
import { keepReading } from "./keep-reading.ts";

interface List<T, L> {
  /** Reads how things stand. */
  read(): Promise<L>;
  /** Shows what was read, in place of all that was shown before: the server may be another one. */
  onRead(list: L): void;
  /** Applies an event. One that came while the list was read is applied to what was read, too. */
  onEvent(event: T): void;
  /** Is called where the list cannot be read; it is read again by itself if the failure may pass. */
  onError(error: Error): void;
}

/** How long the subscription is waited for before the list is read without it, in ms. */
const BEGIN_MS = 1000;

/**
 * Reads a list whenever its subscription has begun, so that nothing happens unseen between the two. It is read also
 * where the subscription resumed: a server without a store that was restarted counts its events anew.
 *
 * @returns A function that ends it.
 */
export function followList<
  T extends object,
  V extends Record<string, unknown> & { after?: string | null | undefined },
  L,
>(client: Client, operation: Operation<T, V>, variables: V, list: List<T, L>): () => void {
  /** Events since the list is being read; undefined while it is not. */
  let since: T[] | undefined;
  let stopReading = () => {};

  function read(): void {
    clearTimeout(timer);
    stopReading();
    stopReading = keepReading(
      () => {
        since = [];
        return list.read();
      },
      (answer) => {
        const events = since ?? [];
        since = undefined;
        list.onRead(answer);
        for (const event of events) list.onEvent(event);
      },
      list.onError,
    );
  }

  const timer = setTimeout(read, BEGIN_MS);
  const unfollow = follow(client, operation, variables, {
    onNext(event) {
      since?.push(event);
      list.onEvent(event);
    },
    onBegun: read,
  });
  return () => {
    clearTimeout(timer);
    stopReading();
    unfollow();
  };
}
