// The banner over every page while what it shows is not the present: data are stale, or the database is unavailable.
import { useEffect, useState } from "react";
import { useLive } from "../live/use-live.ts";
import { isKiosk } from "../route/kiosk.ts";
import { ALARMS_ADDRESS } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { useOpenAlarms } from "./use-alarms.ts";

/** Data without a frame for so many ticks, and for so long, are stale: as the alarm DATA_STALE has it. */
const STALE_TICKS = 3;
const STALE_MS = 15_000;
const LOOK_MS = 1000;

export function AlarmBanner() {
  const alarms = useOpenAlarms();
  const staleSinceMs = useStaleSince();
  const isStoreDegraded = alarms.some(({ code }) => code === "STORE_DEGRADED");
  return (
    <div className="banners" role="status">
      {staleSinceMs !== undefined && (
        <p className="banner bad">{words.alarm.staleSince(formats.moment(staleSinceMs))}</p>
      )}
      {isStoreDegraded && (
        <p className="banner bad">
          {words.alarm.storeDegraded}{" "}
          {!isKiosk && <a href={ALARMS_ADDRESS}>{words.alarm.details}</a>}
        </p>
      )}
    </div>
  );
}

/** The instant of the last frame, where none came for too long; undefined while frames come. */
function useStaleSince(): number | undefined {
  const { fleet, tickS } = useLive();
  const timestampMs = fleet?.totals?.timestampMs;
  const [isStale, setStale] = useState(false);
  useEffect(() => {
    const receivedMs = performance.now();
    const mostMs = Math.max(STALE_TICKS * tickS * 1000, STALE_MS);
    setStale(false);
    if (timestampMs === undefined) return;
    const timer = setInterval(() => setStale(performance.now() - receivedMs > mostMs), LOOK_MS);
    return () => clearInterval(timer);
  }, [timestampMs, tickS]);
  return isStale ? timestampMs : undefined;
}
