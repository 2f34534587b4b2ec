import { describe, expect, test } from "vitest";
import { createWorkTurns } from "../../src/services/work-turns.ts";

/** Work turns whose turns of the event loop pass by hand, and the pieces in the order in which they were done. */
function turnsByHand() {
  const waiting: (() => void)[] = [];
  const workTurns = createWorkTurns({
    turn: () => new Promise((resolve) => waiting.push(resolve)),
  });
  const done: string[] = [];
  const wait = async (name: string, urgency?: "first") => {
    await workTurns.next(urgency);
    done.push(name);
  };
  async function pass(): Promise<void> {
    waiting.shift()?.();
    for (let n = 0; n < 10; n++) await Promise.resolve();
  }
  return { wait, pass, done };
}

describe("turns for work", () => {
  test("let one piece be done in each turn of the event loop, in the order of the calls", async () => {
    const { wait, pass, done } = turnsByHand();
    for (const name of ["a", "b", "c"]) void wait(name);
    expect(done).toEqual([]);
    await pass();
    expect(done).toEqual(["a"]);
    await pass();
    expect(done).toEqual(["a", "b"]);
    void wait("d");
    await pass();
    await pass();
    expect(done).toEqual(["a", "b", "c", "d"]);
    void wait("e");
    expect(done).toHaveLength(4);
    await pass();
    expect(done.at(-1)).toBe("e");
  });

  test("let what decides and stores go first, six times in a row while others wait", async () => {
    const { wait, pass, done } = turnsByHand();
    for (const name of ["a", "b"]) void wait(name);
    for (const name of "12345678") void wait(name, "first");
    for (let n = 0; n < 10; n++) await pass();
    expect(done.join("")).toBe("123456a78b");
  });
});
