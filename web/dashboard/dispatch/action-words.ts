// The words of the button that sends a dispatch: what it does.
import { formats } from "../text/format.ts";
import { words } from "../text/words.ts";
import { type Draft, type DraftRequest, type DurationUnit, durationText } from "./draft.ts";

/** What the button does. */
export function actionOf(
  direction: Draft["direction"],
  request: DraftRequest | undefined,
  unit: DurationUnit,
): string {
  if (request === undefined) return words.dispatch.submit;
  const { mw, durationS } = request;
  if (mw === 0) return words.dispatch.submitStop;
  const power = formats.exactPower(mw);
  const action =
    direction === "charge"
      ? words.dispatch.submitCharge(power)
      : words.dispatch.submitDischarge(power);
  if (durationS == null) return action;
  return words.dispatch.submitFor(action, `${durationText(durationS, unit)} ${unit}`);
}
