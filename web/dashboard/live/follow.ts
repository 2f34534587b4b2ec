// Subscriptions that resume: after the last received event where the server still has it, else from now on.
import type { Client } from "graphql-ws";
import type { Operation } from "../api/operations.ts";

/** Wait before an ended subscription is requested again, in ms. */
const AGAIN_MS = 2000;

type Following = Record<string, unknown> & { after?: string | null | undefined };

/**
 * Follows a subscription whose only field has a cursor.
 *
 * @param onLost Is called where the server could not resume from the cursor, and begins anew.
 * @returns A function that ends it.
 */
export function follow<T extends object, V extends Following>(
  client: Client,
  { query }: Operation<T, V>,
  variables: V,
  onNext: (answer: T) => void,
  onLost: () => void = () => {},
): () => void {
  // The client sends the same object again whenever it reconnects.
  const payload = { query, variables: { ...variables } };
  let again: ReturnType<typeof setTimeout> | undefined;
  let stop = begin();

  function begin(): () => void {
    return client.subscribe<T>(payload, {
      next({ data }) {
        if (!data) return;
        const [item] = Object.values(data) as { cursor?: string }[];
        payload.variables.after = item?.cursor;
        onNext(data);
      },
      error: beginAgain,
      complete() {},
    });
  }

  function beginAgain(): void {
    payload.variables.after = null;
    onLost();
    again = setTimeout(() => {
      stop = begin();
    }, AGAIN_MS);
  }

  return () => {
    clearTimeout(again);
    stop();
  };
}
