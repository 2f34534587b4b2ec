// A part of a page that is loaded once it is wanted, and that stays, so that its dialog can give the focus back.
import { type ComponentType, useEffect, useState } from "react";
import { words } from "../text/words.ts";

interface LazyPartProps<P> {
  readonly isWanted: boolean;
  /** Loads the component; the same function at each drawing. */
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
}

type Loaded<P> = { readonly Part: ComponentType<P> } | { readonly isFailed: true };

export function LazyPart<P extends object>({ isWanted, load, props }: LazyPartProps<P>) {
  const [loaded, setLoaded] = useState<Loaded<P>>();
  const isLoaded = loaded !== undefined && "Part" in loaded;
  useEffect(() => {
    if (!isWanted || isLoaded) return;
    load().then(
      (Part) => setLoaded({ Part }),
      () => setLoaded({ isFailed: true }),
    );
  }, [isWanted, isLoaded, load]);
  if (loaded === undefined) return isWanted ? <p role="status">{words.page.loading}</p> : null;
  if ("isFailed" in loaded) return isWanted ? <p role="alert">{words.form.notLoaded}</p> : null;
  return <loaded.Part {...props} />;
}
