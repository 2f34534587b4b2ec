// Ids of requests: a request whose answer was lost has the same id when it is sent again, so that it is done once.
import { useState } from "react";

export interface RequestIds {
  /**
   * Sends a request with its id, which is the same for the same content until an answer came.
   *
   * @param send Rejects where no answer came.
   */
  send<T>(content: object, send: (requestId: string) => Promise<T>): Promise<T>;
}

/** @param nextId Gives 1 to 150 printable ASCII characters, never the same again. */
export function createRequestIds(nextId: () => string = randomId): RequestIds {
  const open = new Map<string, string>();
  return {
    async send(content, send) {
      const key = JSON.stringify(content);
      const id = open.get(key) ?? nextId();
      open.set(key, id);
      const answer = await send(id);
      open.delete(key);
      return answer;
    },
  };
}

/** The ids of a form, as long as it is there. */
export function useRequestIds(): RequestIds {
  const [ids] = useState(createRequestIds);
  return ids;
}

/** crypto.randomUUID is missing on pages without TLS. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
