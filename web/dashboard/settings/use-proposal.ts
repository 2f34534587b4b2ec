// A hook for the change of a setting: proposed, previewed, confirmed; where another person was faster, taken or written over.
import { useState } from "react";
import type { SettingAnswerFragment } from "../api/operations.ts";
import { useSending } from "../parts/use-sending.ts";
import {
  type Changed,
  type Conflict,
  type Preview,
  type Proposal,
  refusalText,
  sendProposal,
} from "./proposal.ts";
import type { Setting } from "./setting-groups.ts";

/** What the dialog of a change shows. */
export interface OpenProposal {
  readonly proposal: Proposal;
  readonly expectedVersion: number;
  readonly answer: Preview | Conflict;
}

/** Why the last step failed. */
export interface Failure {
  readonly message: string;
  /** Whether it is the typed value that is refused. */
  readonly isOfValue: boolean;
}

export interface ProposalState {
  readonly open: OpenProposal | undefined;
  /** What was done last. */
  readonly done: Changed | undefined;
  readonly failure: Failure | undefined;
  readonly isSending: boolean;
  /** Has the server say what a change would do. */
  propose(proposal: Proposal, expectedVersion: number): void;
  confirm(reason: string): void;
  /** Proposes the same over the change of the other person. */
  overwrite(): void;
  /** Leaves the setting as the other person changed it. */
  take(): void;
  /** Closes the dialog, or forgets the failure. */
  dismiss(): void;
}

/** @param onKnown Is called with the setting as it is now. */
export function useProposal(setting: Setting, onKnown: (now: Setting) => void): ProposalState {
  const [open, setOpen] = useState<OpenProposal>();
  const [done, setDone] = useState<Changed>();
  const [failure, setFailure] = useState<Failure>();
  const { isSending, once } = useSending();

  function send(
    proposal: Proposal,
    expectedVersion: number,
    terms: { readonly reason?: string; readonly dryRun?: boolean },
  ): void {
    void once(async () => {
      setFailure(undefined);
      setDone(undefined);
      try {
        show(
          await sendProposal(setting, proposal, { expectedVersion, ...terms }),
          proposal,
          expectedVersion,
        );
      } catch (error) {
        setFailure({ message: (error as Error).message, isOfValue: false });
      }
    });
  }

  function show(answer: SettingAnswerFragment, proposal: Proposal, expectedVersion: number): void {
    if (answer.__typename === "SettingRefused") {
      const isOfValue = proposal.kind === "change" && answer.field === "value";
      setFailure({ message: refusalText(setting.id, answer), isOfValue });
    } else if (answer.__typename === "SettingChanged") {
      setOpen(undefined);
      setDone(answer);
      onKnown(answer.setting);
    } else setOpen({ proposal, expectedVersion, answer });
  }

  return {
    ...{ open, done, failure, isSending },
    propose(proposal, expectedVersion) {
      send(proposal, expectedVersion, { dryRun: true });
    },
    confirm(reason) {
      if (open === undefined) return;
      const given = reason.trim();
      send(open.proposal, open.expectedVersion, given === "" ? {} : { reason: given });
    },
    overwrite() {
      if (open?.answer.__typename !== "SettingConflict") return;
      send(open.proposal, open.answer.current?.version ?? 0, { dryRun: true });
    },
    take() {
      if (open !== undefined) onKnown(open.answer.setting);
      setOpen(undefined);
    },
    dismiss() {
      setOpen(undefined);
      setFailure(undefined);
    },
  };
}
