// A hook for the answer to one query.
import { useEffect, useState } from "react";
import { keepReading } from "../live/keep-reading.ts";
import { request } from "./api.ts";
import type { Operation } from "./operations.ts";

interface Answer<T> {
  readonly data?: T;
  readonly error?: string;
}

/** @param variables The same object as long as the query is the same. */
export function useAnswer<T, V>(operation: Operation<T, V>, variables: V): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({});
  useEffect(
    () =>
      keepReading(
        () => request(operation, variables),
        (data) => setAnswer({ data }),
        ({ message }) => setAnswer({ error: message }),
      ),
    [operation, variables],
  );
  return answer;
}
