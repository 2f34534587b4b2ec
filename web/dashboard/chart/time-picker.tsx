// A button and a dialog to pick the range of time of a chart by date and time.
import { type FormEvent, useId, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { useParams } from "../route/use-place.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { localText } from "../text/zone.ts";
import { pickedTime } from "./picked-time.ts";
import type { Bounds } from "./span.ts";

interface TimePickerProps {
  /** The range that is shown now. */
  readonly bounds: Bounds;
  readonly nowMs: number;
  readonly onPick: (fromMs: number, untilMs: number) => void;
}

export function TimePicker(props: TimePickerProps) {
  const [{ pick }, changeParams] = useParams();
  const close = () => changeParams({ pick: undefined }, "replace");
  return (
    <>
      <button type="button" onClick={() => changeParams({ pick: "time" })}>
        {words.chart.pickTime}
      </button>
      <Dialog title={words.chart.pickTime} isOpen={pick === "time"} onClose={close}>
        <TimeForm {...props} close={close} />
      </Dialog>
    </>
  );
}

function TimeForm({ bounds, nowMs, onPick, close }: TimePickerProps & { close: () => void }) {
  const { timeZone } = formats;
  const [from, setFrom] = useState(localText(bounds.fromMs, timeZone));
  const [until, setUntil] = useState(localText(bounds.untilMs, timeZone));
  const [isSent, setSent] = useState(false);
  const picked = pickedTime(from, until, timeZone, nowMs);
  const faultOf = (field: "from" | "until") =>
    isSent && "fault" in picked && picked.field === field
      ? words.chart.timeFaults[picked.fault]
      : undefined;

  function send(event: FormEvent): void {
    event.preventDefault();
    setSent(true);
    if ("fault" in picked) return;
    close();
    onPick(picked.bounds.fromMs, picked.bounds.untilMs);
  }

  return (
    <form onSubmit={send} noValidate>
      <p className="muted">{words.chart.inZone(timeZone)}</p>
      <InstantField label={words.chart.from} value={from} put={setFrom} fault={faultOf("from")} />
      <InstantField
        label={words.chart.until}
        value={until}
        put={setUntil}
        fault={faultOf("until")}
      />
      <div className="actions">
        <button type="button" onClick={close}>
          {words.page.cancel}
        </button>
        <button type="submit" className="primary">
          {words.chart.showTime}
        </button>
      </div>
    </form>
  );
}

interface InstantFieldProps {
  readonly label: string;
  readonly value: string;
  readonly put: (value: string) => void;
  readonly fault: string | undefined;
}

function InstantField({ label, value, put, fault }: InstantFieldProps) {
  const faultId = useId();
  return (
    <label className="field">
      {label}
      <input
        type="datetime-local"
        step="1"
        value={value}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : faultId}
        onChange={(event) => put(event.currentTarget.value)}
      />
      {fault !== undefined && (
        <span id={faultId} role="alert">
          {fault}
        </span>
      )}
    </label>
  );
}
