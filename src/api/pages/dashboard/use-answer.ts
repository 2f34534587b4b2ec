import { useEffect, useState } from "react";
import { ask } from "./api.ts";
import type { Operation } from "./operations.ts";

interface Answer<T> {
  readonly data?: T;
  readonly error?: string;
}

/** @param variables The same object as long as it is the same question. */
export function useAnswer<T, V>(operation: Operation<T, V>, variables: V): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({});
  useEffect(() => {
    let isWanted = true;
    const tell = (next: Answer<T>) => isWanted && setAnswer(next);
    ask(operation, variables).then(
      (data) => tell({ data }),
      (error: Error) => tell({ error: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [operation, variables]);
  return answer;
}
