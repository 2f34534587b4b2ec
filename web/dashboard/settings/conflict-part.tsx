// What the dialog of a change shows where another person was faster: that change, to be taken or written over.
import type { ReactNode } from "react";
import { Said } from "../parts/said.tsx";
import { formats } from "../text/format.ts";
import { serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import type { Conflict } from "./proposal.ts";
import type { Setting } from "./setting-groups.ts";
import type { ProposalState } from "./use-proposal.ts";
import { valueText } from "./value-text.ts";

interface ConflictPartProps {
  readonly setting: Setting;
  readonly conflict: Conflict;
  readonly state: ProposalState;
  /** A failure of the step before. */
  readonly children: ReactNode;
}

export function ConflictPart({ setting, conflict, state, children }: ConflictPartProps) {
  const { current } = conflict;
  return (
    <div className="conflict">
      <p role="alert">{words.settings.conflict}</p>
      {current === null ? (
        <p>{words.settings.otherNone}</p>
      ) : (
        <>
          <p className="muted">
            <Said
              text={words.settings.otherChange(
                formats.count(current.version),
                serverText(current.changedBy),
                formats.moment(Date.parse(current.changedAt)),
              )}
            />
          </p>
          <p>
            <strong>
              {current.isReset
                ? words.settings.isReset(valueText(current.value, setting.unit))
                : valueText(current.value, setting.unit)}
            </strong>
          </p>
          {current.reason !== null && (
            <p>
              <Said text={words.settings.otherReason(serverText(current.reason))} />
            </p>
          )}
        </>
      )}
      {children}
      <div className="actions">
        {/* The button that was pressed is gone. */}
        <button type="button" ref={(it) => it?.focus()} onClick={state.take}>
          {words.settings.take}
        </button>
        <button
          type="button"
          className="danger"
          onClick={state.overwrite}
          aria-disabled={state.isSending}
        >
          {words.settings.overwrite}
        </button>
      </div>
    </div>
  );
}
