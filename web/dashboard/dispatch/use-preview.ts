// Hooks for previews of dispatches.
import { useEffect, useState } from "react";
import { isPassing, request } from "../api/api.ts";
import { type DispatchInput, Preview } from "../api/operations.ts";
import type { Decision } from "./suggestion.ts";

/** The pause in typing before a preview is requested, in ms. */
const REST_MS = 200;
/** The pause before a preview that failed is requested again, in ms. */
const RETRY_MS = 4000;

export type PreviewState<D = Decision> =
  | { readonly kind: "none" }
  | { readonly kind: "requesting" }
  | { readonly kind: "decided"; readonly decision: D }
  /** `isRetried`: it is requested again by itself. */
  | { readonly kind: "failed"; readonly message: string; readonly isRetried: boolean };

/** The decision that a request to an asset would get. */
export function usePreview(input: DispatchInput | undefined): PreviewState {
  return usePreviewBy(input, readDecision);
}

async function readDecision(input: DispatchInput): Promise<Decision> {
  return (await request(Preview, { input })).dispatchPreview;
}

/**
 * The decision that a request would get.
 *
 * @param read Reads it; always the same function.
 */
export function usePreviewBy<I, D>(
  input: I | undefined,
  read: (input: I) => Promise<D>,
): PreviewState<D> {
  const [state, setState] = useState<PreviewState<D>>({ kind: "none" });
  const text = JSON.stringify(input);
  useEffect(() => {
    setState({ kind: text === undefined ? "none" : "requesting" });
    if (text === undefined) return;
    let timer: ReturnType<typeof setTimeout>;
    let isWanted = true;
    const look = async () => {
      const next = await decide(read(JSON.parse(text) as I));
      if (!isWanted) return;
      setState(next);
      if (next.kind === "failed" && next.isRetried) timer = setTimeout(look, RETRY_MS);
    };
    timer = setTimeout(look, REST_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [text, read]);
  return state;
}

async function decide<D>(decision: Promise<D>): Promise<PreviewState<D>> {
  try {
    return { kind: "decided", decision: await decision };
  } catch (error) {
    return { kind: "failed", message: (error as Error).message, isRetried: isPassing(error) };
  }
}
