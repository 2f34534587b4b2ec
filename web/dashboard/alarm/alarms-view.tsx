// The page of alarms, with the events of the fleet beside them.
import { Said } from "../parts/said.tsx";
import { useParams } from "../route/use-place.ts";
import { useTitle } from "../route/use-title.ts";
import { termOf, words } from "../text/words.ts";
import { AlarmItem, LIST_TITLE } from "./alarm-item.tsx";
import { SEVERITIES } from "./alarms.ts";
import { EventList } from "./event-list.tsx";
import { type AlarmFilter, useAlarmList } from "./use-alarm-list.ts";

export function AlarmsView() {
  useTitle(words.alarm.alarms);
  const [{ show, severity: chosen }, changeParams] = useParams();
  const severity = SEVERITIES.find((one) => one.toLowerCase() === chosen);
  const filter: AlarmFilter = { isOpenOnly: show !== "all", severity };
  return (
    <div className="alarms">
      <section className="card" aria-labelledby={LIST_TITLE}>
        <div className="panel-head">
          <h1 id={LIST_TITLE} tabIndex={-1}>
            {words.alarm.alarms}
          </h1>
          <div className="tools">
            <fieldset className="segments" aria-label={words.alarm.show}>
              {[true, false].map((isOpenOnly) => (
                <button
                  type="button"
                  key={String(isOpenOnly)}
                  aria-pressed={filter.isOpenOnly === isOpenOnly}
                  onClick={() => changeParams({ show: isOpenOnly ? undefined : "all" })}
                >
                  {isOpenOnly ? words.alarm.open : words.alarm.all}
                </button>
              ))}
            </fieldset>
            <fieldset className="segments" aria-label={words.alarm.severity}>
              {[undefined, ...SEVERITIES].map((one) => (
                <button
                  type="button"
                  key={one ?? ""}
                  aria-pressed={severity === one}
                  onClick={() => changeParams({ severity: one?.toLowerCase() })}
                >
                  {one === undefined ? words.fleet.any : termOf(one)}
                </button>
              ))}
            </fieldset>
          </div>
        </div>
        <AlarmItems key={`${filter.isOpenOnly} ${severity}`} filter={filter} />
      </section>
      <EventList />
    </div>
  );
}

function AlarmItems({ filter }: { filter: AlarmFilter }) {
  const { list, error, readMore } = useAlarmList(filter);
  return (
    <>
      {error !== undefined && (
        <p role="alert">
          <Said text={error} />
        </p>
      )}
      {list === undefined && error === undefined && <div className="skeleton" />}
      {list?.length === 0 && <p className="empty">{words.alarm.none}</p>}
      <ol className="alarm-list">
        {list?.map((alarm) => (
          <AlarmItem key={alarm.id} alarm={alarm} />
        ))}
      </ol>
      {readMore && (
        <button type="button" onClick={readMore}>
          {words.page.more}
        </button>
      )}
    </>
  );
}
