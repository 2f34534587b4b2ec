// Decisions with all their numbers at once.
import { finish } from "../../src/domain/base/steps.ts";
import type { AssetState } from "../../src/domain/dispatch/asset-state.ts";
import {
  type DispatchDecision,
  decideDispatch,
  wholeDecision,
} from "../../src/domain/dispatch/decision.ts";
import type { DispatchRequest } from "../../src/domain/dispatch/request.ts";
import {
  decideSchedule,
  type ScheduleDecision,
} from "../../src/domain/dispatch/schedule-decision.ts";

export function wholeDispatchDecision(
  state: AssetState,
  request: DispatchRequest,
  nowMs: number,
  clockMs?: number,
): DispatchDecision {
  return finish(wholeDecision(decideDispatch(state, request, nowMs, clockMs)));
}

export function wholeScheduleDecision(
  ...given: Parameters<typeof decideSchedule>
): ScheduleDecision {
  const outcome = decideSchedule(...given);
  return outcome.accepted ? outcome : finish(outcome.refused());
}
