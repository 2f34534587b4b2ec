// A hook for the preview of a dispatch.
import { useEffect, useState } from "react";
import { request } from "../api/api.ts";
import { type DispatchInput, Preview, type PreviewQuery } from "../api/operations.ts";

/** The pause in typing before a preview is requested, in ms. */
const REST_MS = 200;

export type Decision = PreviewQuery["dispatchPreview"];

/** The decision that a request would get; undefined where it is unknown. */
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
