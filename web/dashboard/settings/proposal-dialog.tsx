// The dialog of a proposed change: what it would do, why it is made; and the change of another person that came before.
import { type FormEvent, useState } from "react";
import { useSteadyLive } from "../live/use-live.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/field.tsx";
import { Said } from "../parts/said.tsx";
import { SubmitButton } from "../parts/submit-button.tsx";
import { formats } from "../text/format.ts";
import { serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import { ConflictPart } from "./conflict-part.tsx";
import { type Preview, type Proposal, reasonError } from "./proposal.ts";
import { scopeName } from "./scope.ts";
import { nameOf, type Setting } from "./setting-groups.ts";
import type { OpenProposal, ProposalState } from "./use-proposal.ts";
import { valueText } from "./value-text.ts";

interface ProposalDialogProps {
  readonly setting: Setting;
  readonly state: ProposalState;
}

export function ProposalDialog({ setting, state }: ProposalDialogProps) {
  const { open } = state;
  return (
    <Dialog
      title={open === undefined ? "" : titleOf(open.proposal, nameOf(setting.id))}
      isOpen={open !== undefined}
      isWide
      onClose={state.dismiss}
    >
      {open !== undefined && <Content {...{ setting, state, open }} />}
    </Dialog>
  );
}

function titleOf(proposal: Proposal, name: string): string {
  if (proposal.kind === "change") return words.settings.changeOf(name);
  if (proposal.kind === "reset") return words.settings.resetOf(name);
  return words.settings.rollbackOf(name, formats.count(proposal.toVersion));
}

function actionOf({ kind }: Proposal): string {
  if (kind === "change") return words.settings.change;
  return kind === "reset" ? words.settings.takeBack : words.settings.rollback;
}

interface ContentProps extends ProposalDialogProps {
  readonly open: OpenProposal;
}

function Content({ setting, state, open }: ContentProps) {
  const { fleet } = useSteadyLive();
  const [reason, setReason] = useState("");
  const { answer, proposal } = open;
  const error = reasonError(reason);
  const failure = state.failure !== undefined && (
    <p className="outcome bad" role="alert">
      <Said text={state.failure.message} />
    </p>
  );

  function confirm(event: FormEvent): void {
    event.preventDefault();
    if (error === undefined) state.confirm(reason);
  }

  if (answer.__typename === "SettingConflict")
    return (
      <ConflictPart conflict={answer} {...{ setting, state }}>
        {failure}
      </ConflictPart>
    );
  return (
    <form onSubmit={confirm} noValidate>
      <p className="muted">{words.settings.forScope(scopeName(setting.scope, fleet))}</p>
      <Effects preview={answer} unit={setting.unit} />
      <TextField
        label={words.settings.reason}
        hint={words.settings.reasonHint}
        value={reason}
        put={setReason}
        error={error}
      />
      {failure}
      <div className="actions">
        <button type="button" onClick={state.dismiss}>
          {words.form.back}
        </button>
        <SubmitButton className="primary" isSending={state.isSending}>
          {actionOf(proposal)}
        </SubmitButton>
      </div>
    </form>
  );
}

function Effects({ preview, unit }: { preview: Preview; unit: string | null }) {
  const { effects, effectCount, value, note, setting } = preview;
  const { fleet } = useSteadyLive();
  const more = effectCount - effects.length;
  return (
    <div className="effects">
      <p>{words.settings.stored(valueText(value, unit))}</p>
      <p>
        {effectCount === 0
          ? words.settings.sameStays
          : words.settings.effects(formats.count(effectCount))}
      </p>
      {effects.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="effect-list" tabIndex={0} aria-label={words.settings.effectList}>
          <table className="difference">
            <thead>
              <tr>
                <th scope="col">{words.settings.scope}</th>
                <th scope="col">{words.settings.present}</th>
                <th scope="col">{words.settings.planned}</th>
              </tr>
            </thead>
            <tbody>
              {effects.map(({ scope, before, after }) => (
                <tr key={scope}>
                  <th scope="row">{scopeName(scope, fleet)}</th>
                  <td>
                    <del>{valueText(before, unit)}</del>
                  </td>
                  <td>
                    <ins>{valueText(after, unit)}</ins>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {more > 0 && <p>{words.settings.moreEffects(formats.count(more))}</p>}
      {note === null ? (
        <p className="muted">
          <Said text={words.settings.doneEffect(serverText(setting.takesEffect))} />
        </p>
      ) : (
        <p className="notice" lang="en">
          {note}
        </p>
      )}
    </div>
  );
}
