// A hook that knows whether the demo runs.
import { useCallback, useEffect, useState } from "react";
import { change, request } from "../api/api.ts";
import { Demo, EndDemo } from "../api/operations.ts";

/** How often it is looked whether the demo still runs, in ms: any client may end it. */
const LOOK_MS = 3000;

/** @param isReady Whether the fleet is known: before that the server may not answer. */
export function useDemo(isReady: boolean) {
  const [isOn, setOn] = useState<boolean>();
  useEffect(() => {
    // A demo that has ended never begins again.
    if (!isReady || isOn === false) return;
    const look = () =>
      request(Demo, {}).then(
        ({ demo }) => setOn(demo),
        () => {},
      );
    if (isOn === undefined) void look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [isReady, isOn]);
  const end = useCallback(async () => setOn((await change(EndDemo, {})).endDemo), []);
  return { isOn: isOn === true, end };
}
