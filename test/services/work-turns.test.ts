import { describe, expect, test } from "vitest";
import { createWorkTurns, type WorkStage } from "../../src/services/work-turns.ts";

/** Work turns whose turns of the event loop pass by hand, and the pieces in the order in which they were done. */
function turnsByHand() {
  const waiting: (() => void)[] = [];
  const workTurns = createWorkTurns({
    turn: () => new Promise((resolve) => waiting.push(resolve)),
  });
  const done: string[] = [];
  async function wait(stage: WorkStage, name: string): Promise<void> {
    await workTurns.next(stage);
    done.push(name);
  }
  async function pass(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      waiting.shift()?.();
      for (let n = 0; n < 10; n++) await Promise.resolve();
    }
  }
  return { wait, pass, done: () => done.join("") };
}

describe("turns for work", () => {
  test("let one piece be done in each turn of the event loop, in the order of the calls", async () => {
    const { wait, pass, done } = turnsByHand();
    for (const name of "abc") void wait("begin", name);
    expect(done()).toBe("");
    await pass(1);
    expect(done()).toBe("a");
    await pass(1);
    expect(done()).toBe("ab");
    void wait("begin", "d");
    await pass(2);
    expect(done()).toBe("abcd");
    void wait("answer", "e");
    expect(done()).toBe("abcd");
    await pass(1);
    expect(done()).toBe("abcde");
  });

  test("let a stop go first, and finish what was begun before something else begins", async () => {
    const { wait, pass, done } = turnsByHand();
    void wait("begin", "b");
    void wait("answer", "a");
    void wait("commit", "c");
    void wait("stop", "s");
    await pass(4);
    expect(done()).toBe("scab");
  });

  test("pass no stage over for long", async () => {
    const { wait, pass, done } = turnsByHand();
    for (const name of "bb") void wait("begin", name);
    for (const name of "aa") void wait("answer", name);
    for (const name of "cccccccccccccc") void wait("commit", name);
    await pass(18);
    expect(done()).toBe("ccccccabcccccabccc");
  });
});
