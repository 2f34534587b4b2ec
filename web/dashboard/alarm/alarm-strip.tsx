// The open alarms on a wall, which has no page of alarms: how many of each severity, and the newest of the worst.
import { formats } from "../text/format.ts";
import { isEnglish, termOf, words } from "../text/words.ts";
import { meaningOf } from "./alarm-meaning.ts";
import { SEVERITIES, worstOf } from "./alarms.ts";
import { useOpenAlarms } from "./use-alarms.ts";

export function AlarmStrip() {
  const alarms = useOpenAlarms();
  const worst = worstOf(alarms);
  const newest = alarms.find(({ severity }) => severity === worst);
  return (
    <div className="banners" role="status">
      {newest !== undefined && (
        <div className={`alarm-strip ${newest.severity.toLowerCase()}`}>
          {SEVERITIES.toReversed().map((severity) => {
            const { length } = alarms.filter((alarm) => alarm.severity === severity);
            if (length === 0) return null;
            return (
              <span key={severity} className={`pill ${severity.toLowerCase()}`}>
                {formats.count(length)} {termOf(severity)}
              </span>
            );
          })}
          <strong>{termOf(newest.code)}</strong>
          <span className="muted">
            {words.alarm.since(formats.moment(Date.parse(newest.raisedAt)))}
          </span>
          {!isEnglish() && <span>{meaningOf(newest.code)}</span>}
          <span lang="en">{newest.message}</span>
        </div>
      )}
    </div>
  );
}
