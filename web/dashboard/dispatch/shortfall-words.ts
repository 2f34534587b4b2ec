// What a dispatch will not deliver, or did not deliver, as one sentence.

import type { DispatchPartsFragment } from "../api/operations.ts";
import { formats } from "../text/format.ts";
import { termOf, words } from "../text/words.ts";

type Shortfall = NonNullable<DispatchPartsFragment["shortfall"]>;

export function shortfallWords(
  status: DispatchPartsFragment["status"],
  { from, missingMwhr, limitedBy, reason }: Shortfall,
): string {
  const text = words.shortfall;
  const missing = missingMwhr === null ? text.energy : formats.energy(missingMwhr);
  const limit = limitedBy === null ? "" : text.limitedBy(termOf(limitedBy).toLocaleLowerCase());
  const details = text.details(formats.moment(Date.parse(from)), limit, text.reasons[reason]);
  if (status === "ACCEPTED" || status === "ACTIVE") return text.atRisk(missing, details);
  return status === "COMPLETED"
    ? text.endedShort(missing, details)
    : text.deliveredLess(missing, details);
}
