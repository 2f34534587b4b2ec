import { useEffect, useState } from "react";
import { request } from "./api.ts";
import { type DispatchInput, Preview, type PreviewQuery } from "./operations.ts";

/** How long typing must rest before the server is asked, in ms. */
const REST_MS = 200;

export type Decision = PreviewQuery["dispatchPreview"];

/** What the server would decide on a request; undefined where it is not known. */
export function usePreview(input: DispatchInput | undefined): Decision | undefined {
  const [decision, setDecision] = useState<Decision>();
  const text = JSON.stringify(input);
  useEffect(() => {
    setDecision(undefined);
    if (text === undefined) return;
    let isWanted = true;
    const timer = setTimeout(() => {
      request(Preview, { input: JSON.parse(text) as DispatchInput }).then(
        ({ dispatchPreview }) => isWanted && setDecision(dispatchPreview),
        () => isWanted && setDecision(undefined),
      );
    }, REST_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  return decision;
}
