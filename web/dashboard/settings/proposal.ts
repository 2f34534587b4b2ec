// A proposed change of a setting: sent as a dry run first, and then for good.
import { change } from "../api/api.ts";
import {
  ChangeSetting,
  ResetSetting,
  RollbackSetting,
  type SettingAnswerFragment,
} from "../api/operations.ts";
import { sentenceOf } from "../fleet/violation-words.ts";
import { codeText, serverText } from "../text/server-text.ts";
import { words } from "../text/words.ts";
import type { Setting } from "./setting-groups.ts";

export type Proposal =
  | { readonly kind: "change"; readonly value: unknown }
  /** The scope inherits again. */
  | { readonly kind: "reset" }
  | { readonly kind: "rollback"; readonly toVersion: number };

export interface ProposalTerms {
  /** The newest version that the person knows; 0: none. */
  readonly expectedVersion: number;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

type AnswerOf<K> = Extract<SettingAnswerFragment, { readonly __typename: K }>;
export type Preview = AnswerOf<"SettingPreview">;
export type Conflict = AnswerOf<"SettingConflict">;
export type Changed = AnswerOf<"SettingChanged">;
type Refused = AnswerOf<"SettingRefused">;

/** @throws ApiError */
export async function sendProposal(
  { id, scope }: Pick<Setting, "id" | "scope">,
  proposal: Proposal,
  terms: ProposalTerms,
): Promise<SettingAnswerFragment> {
  const given = { id, scope, ...terms };
  if (proposal.kind === "reset") return (await change(ResetSetting, given)).resetSetting;
  if (proposal.kind === "change")
    return (await change(ChangeSetting, { ...given, value: proposal.value })).changeSetting;
  const { toVersion } = proposal;
  return (await change(RollbackSetting, { ...given, toVersion })).rollbackSetting;
}

/** Why a change is refused, in the chosen language as far as its code says it. */
export function refusalText(id: string, { code, message }: Refused): string {
  if (code !== "SETTING_VALUE_INVALID") return codeText(code, message);
  return words.notAllowed(serverText(sentenceOf(message, id)));
}

const LONGEST_REASON = 500;

/** What is wrong with a reason; undefined: nothing. An empty one is none. */
export function reasonError(reason: string): string | undefined {
  const length = reason.trim().length;
  return length > LONGEST_REASON ? words.settings.shorter(String(LONGEST_REASON)) : undefined;
}
