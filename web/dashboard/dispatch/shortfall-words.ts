// What a dispatch will not deliver, or did not deliver, as one sentence.

import type { DispatchPartsFragment } from "../api/operations.ts";
import { formats } from "../text/format.ts";

type Shortfall = NonNullable<DispatchPartsFragment["shortfall"]>;

const REASONS: Readonly<Record<Shortfall["reason"], string>> = {
  LIMIT: "the limit cuts its power",
  SITE: "its site carries no more",
  LEASE: "a dispatch was not renewed in time",
  CANCEL: "a dispatch was cancelled, or the schedule replaced",
  ASSET_CHANGED: "the battery or its site was changed",
  SERVER_DOWN: "the server did not run for a while",
};

export function shortfallWords(
  status: DispatchPartsFragment["status"],
  { from, missingMwhr, limitedBy, reason }: Shortfall,
): string {
  const missing = missingMwhr === null ? "energy" : formats.energy(missingMwhr);
  const since = `from ${formats.moment(Date.parse(from))}`;
  const limit = limitedBy === null ? "" : `, limited by ${limitedBy.toLowerCase()}`;
  return `${whatOf(status, missing)} ${since}${limit}: ${REASONS[reason]}.`;
}

function whatOf(status: DispatchPartsFragment["status"], missing: string): string {
  if (status === "ACCEPTED" || status === "ACTIVE")
    return `Promise at risk: ${missing} will be missing`;
  return `${status === "COMPLETED" ? "Ended short" : "Delivered less"}: ${missing} was missing`;
}
