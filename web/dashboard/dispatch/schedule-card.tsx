// The card that sets the schedule of an asset.
import { type ChangeEvent, type FormEvent, useState } from "react";
import { change } from "../api/api.ts";
import { Schedule, type ScheduleInput } from "../api/operations.ts";
import { useSteadyLive } from "../live/use-live.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { type DraftInterval, intervalsOf, nextInterval, rowsOfCsv } from "./schedule-draft.ts";
import { ScheduleRows } from "./schedule-rows.tsx";

interface ScheduleCardProps {
  readonly assetId: string;
}

interface Result {
  readonly isAccepted: boolean;
  readonly message: string;
}

/** Sets the schedule of an asset: typed, or from a CSV file. */
export function ScheduleCard({ assetId }: ScheduleCardProps) {
  const live = useSteadyLive();
  const [rows, setRows] = useState<readonly DraftInterval[]>([]);
  const [result, setResult] = useState<Result>();
  const intervals = intervalsOf(rows);
  const edit = (next: readonly DraftInterval[]) => {
    setRows(next);
    setResult(undefined);
  };
  const add = () =>
    edit([...rows, nextInterval(rows, live.fleet?.totals?.timestampMs ?? Date.now())]);

  async function read({ currentTarget }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [file] = currentTarget.files ?? [];
    if (file === undefined) return;
    const found = rowsOfCsv(await file.text());
    currentTarget.value = "";
    edit(found ?? rows);
    if (found === undefined)
      setResult({ isAccepted: false, message: words.schedule.notCsv(file.name) });
  }

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (intervals === undefined) return;
    setResult(
      await schedule({ assetId, intervals }).catch((error: Error) => ({
        isAccepted: false,
        message: error.message,
      })),
    );
  }

  return (
    <section className="card" aria-label={words.schedule.schedule}>
      <div className="panel-head">
        <h2>{words.schedule.new}</h2>
        <div className="tools">
          <button type="button" onClick={add}>
            {words.schedule.add}
          </button>
          <label className="file">
            {words.schedule.readCsv}
            <input type="file" accept=".csv,text/csv" className="sr-only" onChange={read} />
          </label>
        </div>
      </div>
      <form className="schedule-form" onSubmit={send}>
        {rows.length === 0 ? (
          <p className="muted">{words.schedule.explanation}</p>
        ) : (
          <ScheduleRows rows={rows} edit={edit} />
        )}
        {result !== undefined && (
          <p className={result.isAccepted ? "outcome good" : "outcome bad"} role="status">
            {result.message}
          </p>
        )}
        <div className="actions">
          <button type="submit" disabled={intervals === undefined}>
            {rows.length === 0 ? words.schedule.remove : words.schedule.set}
          </button>
        </div>
      </form>
    </section>
  );
}

async function schedule(input: ScheduleInput): Promise<Result> {
  const { scheduleSet: answer } = await change(Schedule, { input });
  if (answer.__typename === "ScheduleRefused") {
    const place = answer.index === null ? "" : words.schedule.place(answer.index + 1);
    return { isAccepted: false, message: words.schedule.refused(place, answer.refusal.message) };
  }
  const { pastCount } = answer;
  const past = pastCount === 0 ? "" : words.schedule.past(formats.count(pastCount));
  return {
    isAccepted: true,
    message: words.schedule.accepted + past,
  };
}
