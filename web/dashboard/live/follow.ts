// Subscriptions that resume: after the last received event where the server still has it, else from now on.
import type { Client } from "graphql-ws";
import type { Operation } from "../api/operations.ts";
import { pause, waitMs } from "./pause.ts";
import { watchBegin } from "./watch-begin.ts";

type Following = Record<string, unknown> & { after?: string | null | undefined };

interface Follower<T> {
  onNext(answer: T): void;
  /** Is called whenever the subscription has begun, also after each loss of the connection. */
  readonly onBegun?: () => void;
}

/**
 * Follows a subscription whose only field has a cursor.
 *
 * @returns A function that ends it.
 */
export function follow<T extends object, V extends Following>(
  client: Client,
  { query }: Operation<T, V>,
  variables: V,
  { onNext, onBegun }: Follower<T>,
): () => void {
  // The client sends the same object again whenever it reconnects.
  const payload = { query, variables: { ...variables } };
  let isStopped = false;
  let failures = 0;
  let leave = begin();

  function begin(): () => void {
    let isRefusedCursor = false;
    const end = client.subscribe<T>(payload, {
      next({ data }) {
        if (!data) {
          isRefusedCursor = dropCursor();
          return;
        }
        const [item] = Object.values(data) as { cursor?: string }[];
        payload.variables.after = item?.cursor;
        failures = 0;
        onNext(data);
      },
      error(error) {
        // A closed socket says nothing of the cursor.
        beginAgain(Array.isArray(error) && dropCursor());
      },
      complete: () => beginAgain(isRefusedCursor),
    });
    const forget = onBegun && watchBegin(client, onBegun);
    return () => {
      end();
      forget?.();
    };
  }

  /** Forgets the cursor; whether there was one. */
  function dropCursor(): boolean {
    const hadCursor = payload.variables.after != null;
    payload.variables.after = null;
    return hadCursor;
  }

  function beginAgain(atOnce: boolean): void {
    if (isStopped) return;
    leave();
    void pause(atOnce ? 0 : waitMs(failures++)).then(() => {
      if (!isStopped) leave = begin();
    });
  }

  return () => {
    isStopped = true;
    leave();
  };
}
