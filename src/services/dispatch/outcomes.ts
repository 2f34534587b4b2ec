// How requests ended: counted, and logged with what they are about.
import type { RefusalCode } from "../../domain/base/codes.ts";
import type { DispatchRefusal } from "../../domain/dispatch/request.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Answer, Refused } from "./decide.ts";

export type DispatchOutcomes = ReturnType<typeof createOutcomes>;

export function createOutcomes(log: Log) {
  const counts = new Map<"accepted" | RefusalCode, number>();
  const count = (outcome: "accepted" | RefusalCode, times: number) =>
    counts.set(outcome, (counts.get(outcome) ?? 0) + times);

  function refuse(refusal: DispatchRefusal, about: object, index: number | null = null): Refused {
    count(refusal.code, 1);
    log.info({ ...about, code: refusal.code }, `refused: ${refusal.message}`);
    return { accepted: false, refusal, index };
  }

  return {
    counts: (): ReadonlyMap<"accepted" | RefusalCode, number> => counts,
    refuse,
    note(answer: Answer, about: object): Answer {
      if (!answer.accepted) return refuse(answer.refusal, about, answer.index);
      count("accepted", answer.dispatches.length);
      for (const dispatch of answer.dispatches) log.debug({ dispatch }, "accepted");
      return answer;
    },
  };
}
