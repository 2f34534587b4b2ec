import { expect, test } from "vitest";
import { createSerial } from "../../../src/domain/base/serial.ts";

test("work is done one after the other, in the order of the calls, also after one that fails", async () => {
  const serial = createSerial();
  const steps: string[] = [];
  const work = (name: string, turns: number, fails = false) =>
    serial.run(async () => {
      steps.push(`${name} begins`);
      for (let n = 0; n < turns; n++) await Promise.resolve();
      steps.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const [slow, failing, last] = [work("slow", 5), work("failing", 1, true), work("last", 0)];
  await expect(failing).rejects.toThrow("failing");
  expect(await slow).toBe("slow");
  await serial.ended();
  expect(steps).toEqual(
    ["slow", "failing", "last"].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
  expect(await last).toBe("last");
});
