// The part of a setting that changes it: the form, what was done, the history with the way back, and the dialog.
import { useEffect, useRef, useState } from "react";
import { Said } from "../parts/said.tsx";
import { formats } from "../text/format.ts";
import { serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { mayHaveOwn } from "./in-force.ts";
import type { Changed } from "./proposal.ts";
import { ProposalDialog } from "./proposal-dialog.tsx";
import type { Setting } from "./setting-groups.ts";
import { SettingHistory } from "./setting-history.tsx";
import { useProposal } from "./use-proposal.ts";
import { ValueForm } from "./value-form.tsx";
import { valueText } from "./value-text.ts";

interface SettingChangesProps {
  readonly setting: Setting;
  /** Shows the setting as it is known to be now. */
  readonly onKnown: (now: Setting) => void;
}

export function SettingChanges({ setting, onKnown }: SettingChangesProps) {
  // A form begins anew with what was stored last.
  const [formKey, setFormKey] = useState(0);
  const state = useProposal(setting, (now) => {
    setFormKey((key) => key + 1);
    onKnown(now);
  });
  const { done, failure, open } = state;
  const result = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that was pressed may be gone.
    if (done !== undefined) result.current?.focus();
  }, [done]);
  const { version } = setting;
  return (
    <>
      <ValueForm
        key={formKey}
        {...{ setting, proposal: state }}
        onReset={mayHaveOwn(setting) ? () => state.propose({ kind: "reset" }, version) : undefined}
      />
      {done !== undefined && (
        <p className="outcome good" role="status" tabIndex={-1} ref={result}>
          <Said text={doneText(done)} />
        </p>
      )}
      {open === undefined && failure !== undefined && !failure.isOfValue && (
        <p className="outcome bad" role="alert">
          <Said text={failure.message} />
        </p>
      )}
      <SettingHistory
        setting={setting}
        onRollback={(toVersion) => state.propose({ kind: "rollback", toVersion }, version)}
      />
      <ProposalDialog {...{ setting, state }} />
    </>
  );
}

function doneText({ setting, change, note }: Changed): string {
  const version = formats.count(change.version);
  const what = change.isReset
    ? words.settings.doneReset(valueText(setting.value, setting.unit), version)
    : words.settings.done(valueText(change.value, setting.unit), version);
  const effect =
    note === null
      ? words.settings.doneEffect(serverText(setting.takesEffect))
      : serverText(`${note}.`);
  return `${what} ${effect}`;
}
