// One setting: a line with its value, that opens with what is known of it, the form that changes it, and its history.
import { useEffect, useRef, useState } from "react";
import { useSteadyLive } from "../live/use-live.ts";
import { Said } from "../parts/said.tsx";
import { formats } from "../text/format.ts";
import { serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { mayHaveOwn, sourceText } from "./in-force.ts";
import type { Changed } from "./proposal.ts";
import { ProposalDialog } from "./proposal-dialog.tsx";
import { SettingFacts } from "./setting-facts.tsx";
import { nameOf, type Setting } from "./setting-groups.ts";
import { SettingHistory } from "./setting-history.tsx";
import { useProposal } from "./use-proposal.ts";
import { ValueForm } from "./value-form.tsx";
import { valueText } from "./value-text.ts";

interface SettingItemProps {
  readonly setting: Setting;
  /** Whether it is the present, which alone can be changed. */
  readonly isPresent: boolean;
  /** Shows the setting as it is known to be now. */
  readonly onKnown: (now: Setting) => void;
}

interface OpenableProps extends SettingItemProps {
  readonly isOpen: boolean;
  readonly open: (isOpen: boolean) => void;
}

export function SettingItem({ isOpen, open, ...props }: OpenableProps) {
  const { id, description, value, unit, invalid, isOverriddenBy } = props.setting;
  const { fleet } = useSteadyLive();
  const look = isOverriddenBy === null ? "" : "warning";
  return (
    <li>
      <details
        open={isOpen}
        onToggle={({ currentTarget }) => {
          // It fires too where the address opened it.
          if (currentTarget.open !== isOpen) open(currentTarget.open);
        }}
      >
        <summary>
          <span className="name">
            <strong>{nameOf(id)}</strong>
            <small className="muted" lang="en">
              {description}
            </small>
          </span>
          <span className="value">{valueText(value, unit)}</span>
          <span className="sources">
            {invalid.length > 0 && (
              <span className="pill critical">{words.settings.isInvalid}</span>
            )}
            <span className={`pill ${look}`}>{sourceText(props.setting, fleet)}</span>
          </span>
        </summary>
        {isOpen && <Details {...props} />}
      </details>
    </li>
  );
}

function Details({ setting, isPresent, onKnown }: SettingItemProps) {
  return (
    <div className="setting-details">
      <SettingFacts setting={setting} />
      {isPresent ? (
        <Changes {...{ setting, onKnown }} />
      ) : (
        <SettingHistory setting={setting} onRollBack={undefined} />
      )}
    </div>
  );
}

function Changes({ setting, onKnown }: Omit<SettingItemProps, "isPresent">) {
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
        onRollBack={(toVersion) => state.propose({ kind: "rollback", toVersion }, version)}
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
