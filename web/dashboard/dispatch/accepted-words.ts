// What an accepted dispatch does from now on, as sentences.
import type { DispatchMutation } from "../api/operations.ts";
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";

type Dispatched = Extract<
  DispatchMutation["dispatch"],
  { readonly __typename: "DispatchAccepted" }
>;

interface Accepted {
  readonly dispatch: Pick<Dispatched["dispatch"], "startAt" | "endAt" | "leaseUntil">;
  readonly decision: Dispatched["decision"];
}

/** @param isNow Whether it was requested to begin with the next tick. */
export function acceptedWords({ dispatch, decision }: Accepted, isNow: boolean): string {
  const moment = (text: string) => formats.moment(Date.parse(text));
  const { startAt, endAt, leaseUntil } = dispatch;
  const { shortfall } = decision;
  const parts = [isNow ? words.dispatch.accepted : words.dispatch.acceptedAt(moment(startAt))];
  if (endAt !== null) parts.push(words.dispatch.endsAt(moment(endAt)));
  if (leaseUntil !== null) parts.push(words.dispatch.renewBy(moment(leaseUntil)));
  if (shortfall) {
    const { missingMwhr, from } = shortfall;
    const missing = missingMwhr === null ? "" : words.dispatch.missing(formats.energy(missingMwhr));
    parts.push(words.dispatch.runsShort(moment(from), missing));
  }
  return parts.join(" ");
}
