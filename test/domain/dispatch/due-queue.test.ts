import { expect, test } from "vitest";
import { createDueQueue } from "../../../src/domain/dispatch/due-queue.ts";
import fc from "../../support/fast-check.ts";

test("whatever is set, due entries are taken once, in their order", () => {
  const step = fc.record({
    index: fc.integer({ min: 0, max: 30 }),
    dueInMs: fc.oneof(
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 900 }),
      fc.constant(Infinity),
    ),
    taken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 500, size: "max" }), (steps) => {
      const dueQueue = createDueQueue();
      const plain = new Map<number, number>();
      steps.forEach(({ index, dueInMs, taken }, nowMs) => {
        const dueMs = nowMs + dueInMs;
        dueQueue.set(index, dueMs);
        plain.set(index, dueMs);
        if (!taken) return;
        const due = [...plain].filter(([, at]) => at <= nowMs).map(([it]) => it);
        expect(dueQueue.takeDue(nowMs)).toEqual(due.sort((a, b) => a - b));
        for (const it of due) plain.delete(it);
      });
    }),
  );
});
