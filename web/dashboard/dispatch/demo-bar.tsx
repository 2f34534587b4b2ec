// The bar that says that the batteries run a demo, with the button that ends it.
import { useState } from "react";
import { useLive } from "../live/use-live.ts";
import { Said } from "../parts/said.tsx";
import { useSending } from "../parts/use-sending.ts";
import { isKiosk } from "../route/kiosk.ts";
import { words } from "../text/words.ts";
import { Granted } from "../viewer/granted.tsx";
import { useDemo } from "./use-demo.ts";

export function DemoBar() {
  const { isOn, end } = useDemo(useLive().fleet !== undefined);
  const { isSending, once } = useSending();
  const [failure, setFailure] = useState<string>();
  if (!isOn) return null;

  async function press(): Promise<void> {
    try {
      await once(end);
      // The button that had the focus is not there any more.
      document.getElementById("content")?.focus();
    } catch (error) {
      setFailure((error as Error).message);
    }
  }

  return (
    <section className="card demo-bar" aria-label={words.demo.name}>
      <p>{words.demo.runs}</p>
      {!isKiosk && (
        <Granted action="operate">
          <button type="button" aria-disabled={isSending} onClick={press}>
            {words.demo.end}
          </button>
        </Granted>
      )}
      {failure !== undefined && (
        <p className="outcome bad" role="alert">
          <Said text={failure} />
        </p>
      )}
    </section>
  );
}
