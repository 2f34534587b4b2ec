// The card that sets the schedule of an asset.

import { type ChangeEvent, type FormEvent, useCallback, useRef, useState } from "react";
import type { ShortfallPolicy } from "../api/operations.ts";
import { useRequestIds } from "../api/request-ids.ts";
import { presentMs, useSteadyLive } from "../live/use-live.ts";
import { ConfirmDialog } from "../parts/confirm-dialog.tsx";
import { focusFirstError } from "../parts/field.tsx";
import { Said } from "../parts/said.tsx";
import { SubmitButton } from "../parts/submit-button.tsx";
import { useSending } from "../parts/use-sending.ts";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { openOf } from "./listed.ts";
import { PolicyField } from "./policy-field.tsx";
import { type DraftInterval, nextInterval, readInterval, rowsOf } from "./schedule-draft.ts";
import { ScheduleRows } from "./schedule-rows.tsx";
import { intervalsOf, type ScheduleOutcome, sendSchedule } from "./send-schedule.ts";
import type { Dispatches } from "./use-dispatches.ts";

interface ScheduleCardProps {
  readonly assetId: string;
  readonly assetName: string;
  readonly dispatches: Dispatches;
}

/** Rows that are drawn at first, and with each press more. */
const FIRST_ROWS = 48;
/** Errors of a CSV that are listed. */
const MOST_ERRORS = 5;

/** Sets the schedule of an asset: typed, or from a CSV file. */
export function ScheduleCard({ assetId, assetName, dispatches }: ScheduleCardProps) {
  const live = useSteadyLive();
  const [params, changeParams] = useParams();
  const [rows, setRows] = useState<readonly DraftInterval[]>([]);
  const [onShortfall, setPolicy] = useState<ShortfallPolicy>("REFUSE");
  const [outcome, setOutcome] = useState<ScheduleOutcome>();
  const [isPressed, setPressed] = useState(false);
  const { isSending, once } = useSending();
  const ids = useRequestIds();
  const [count, setCount] = useState(FIRST_ROWS);
  const form = useRef<HTMLFormElement>(null);
  const present = intervalsOf(openOf(dispatches.list ?? []));
  const intervals = rows.flatMap((row) => readInterval(row).interval ?? []);
  const edit = useCallback((next: readonly DraftInterval[]) => {
    setRows(next);
    setOutcome(undefined);
    setPressed(false);
  }, []);
  const isRemoval = rows.length === 0;
  const question = isRemoval ? "schedule-removal" : "schedule";
  const isConfirming = params.confirm === question && intervals.length === rows.length;

  async function send(): Promise<void> {
    const input = { assetId, intervals, onShortfall };
    const next = await sendSchedule(input, ids, assetName, dispatches.readOpen).catch(
      (error: Error): ScheduleOutcome => ({ isAccepted: false, message: error.message }),
    );
    setOutcome(next);
    if (next.refused) setCount((shown) => Math.max(shown, (next.refused?.index ?? 0) + 1));
  }

  function press(event: FormEvent): void {
    event.preventDefault();
    if (isSending) return;
    setPressed(true);
    const wrong = rows.findIndex((row) => readInterval(row).interval === undefined);
    if (wrong >= 0) {
      setCount(Math.max(count, wrong + 1));
      focusFirstError(form.current);
    } else if (present.length > 0) changeParams({ confirm: question });
    else if (!isRemoval) void once(send);
    else setOutcome({ isAccepted: false, message: words.schedule.nothingToRemove });
  }

  return (
    <section className="card" aria-label={words.schedule.schedule}>
      <ScheduleHead
        add={() => edit([...rows, nextInterval(rows, presentMs(live))])}
        onRead={(read) => {
          if ("message" in read) return setOutcome(read);
          edit(read);
          setCount(FIRST_ROWS);
        }}
      />
      <form className="schedule-form" ref={form} onSubmit={press} noValidate>
        {isRemoval ? (
          <p className="muted">{words.schedule.explanation}</p>
        ) : (
          <>
            <p className="muted">{words.schedule.zone(formats.timeZone)}</p>
            <ScheduleRows
              {...{ rows, edit, isPressed, count }}
              refused={outcome?.refused}
              showMore={() => setCount(count + FIRST_ROWS)}
            />
            <PolicyField policy={onShortfall} choose={setPolicy} />
          </>
        )}
        {outcome !== undefined && <Outcome {...outcome} />}
        <div className="actions">
          <SubmitButton isSending={isSending}>
            {isRemoval ? words.schedule.remove : words.schedule.set}
          </SubmitButton>
        </div>
      </form>
      <ConfirmDialog
        title={isRemoval ? words.schedule.removeTitle : words.schedule.replaceTitle}
        isOpen={isConfirming}
        action={isRemoval ? words.schedule.remove : words.schedule.set}
        onConfirm={async () => {
          changeParams({ confirm: undefined }, "replace");
          await once(send);
        }}
        onClose={() => changeParams({ confirm: undefined }, "replace")}
      >
        <p>{words.schedule.confirm(formats.count(present.length))}</p>
      </ConfirmDialog>
    </section>
  );
}

function Outcome({ isAccepted, message }: ScheduleOutcome) {
  return (
    <p
      className={isAccepted ? "outcome good" : "outcome bad"}
      role={isAccepted ? "status" : "alert"}
    >
      <Said text={message} />
    </p>
  );
}

interface ScheduleHeadProps {
  readonly add: () => void;
  readonly onRead: (read: readonly DraftInterval[] | ScheduleOutcome) => void;
}

function ScheduleHead({ add, onRead }: ScheduleHeadProps) {
  async function read({ currentTarget }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [file] = currentTarget.files ?? [];
    if (file === undefined) return;
    const input = currentTarget;
    onRead(await rowsOfFile(file).catch((error: Error) => failed(error.message)));
    input.value = "";
  }
  return (
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
  );
}

const failed = (message: string): ScheduleOutcome => ({ isAccepted: false, message });

/** The rows of a CSV file, by a parser that is loaded with the first file. */
async function rowsOfFile(file: File): Promise<readonly DraftInterval[] | ScheduleOutcome> {
  const { readScheduleCsv } = await import("./schedule-csv.ts");
  const read = readScheduleCsv(new Uint8Array(await file.arrayBuffer()));
  if (!("wrong" in read))
    return read.length === 0 ? failed(words.csv.empty(file.name)) : rowsOf(read);
  const more = read.wrong.length - MOST_ERRORS;
  const errors = read.wrong.slice(0, MOST_ERRORS).join(" ");
  return failed(
    `${words.csv.wrong(file.name)} ${errors}${more > 0 ? words.csv.more(formats.count(more)) : ""}`,
  );
}
