// A hook for the answer to one query.
import { useEffect, useState } from "react";
import { request } from "./api.ts";
import type { Operation } from "./operations.ts";

interface Answer<T> {
  readonly data?: T;
  readonly error?: string;
}

/** @param variables The same object as long as the query is the same. */
export function useAnswer<T, V>(operation: Operation<T, V>, variables: V): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({});
  useEffect(() => {
    let isWanted = true;
    const show = (next: Answer<T>) => isWanted && setAnswer(next);
    request(operation, variables).then(
      (data) => show({ data }),
      (error: Error) => show({ error: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [operation, variables]);
  return answer;
}
