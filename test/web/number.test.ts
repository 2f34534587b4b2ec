import { expect, test } from "vitest";
import { fieldText, readNumber } from "../../web/dashboard/text/number.ts";

test.each([
  ["2.5", 2.5],
  [" 2,5 ", 2.5],
  [".5", 0.5],
  ["+3", 3],
  ["−1,69", -1.69],
  ["- 4", -4],
  ["٢٫٥", 2.5],
  ["۱۲", 12],
  ["१२.५", 12.5],
  ["𝟘𝟙𝟚", 12],
  ["１．５", 1.5],
  ["1 234,5", 1234.5],
  ["1\u202f234\u00a0567", 1234567],
  ["1’234.5", 1234.5],
  ["-0", 0],
])("reads %s", (text, value) => {
  expect(readNumber(text)).toEqual({ value });
});

test.each([
  ["", "This must be filled in."],
  ["abc", "This must be a number such as 2.5, not “abc”."],
  ["0x10", "This must be a number such as 2.5, not “0x10”."],
  ["1e3", "This must be a number such as 2.5, not “1e3”."],
  ["1 2", "This must be a number such as 2.5, not “1 2”."],
  ["1.234,5", /one decimal sign/],
  ["1,234,567.8", /one decimal sign/],
  ["9".repeat(400), /or less/],
])("says what is wrong with %s", (text, wrong) => {
  expect(readNumber(text)).toEqual({ wrong: expect.stringMatching(wrong) });
});

test.each([
  ["0", { above: 0 }, "This must be above 0."],
  ["-5", { least: 0 }, "This must be 0 or more."],
  ["7", { most: 6.5 }, "This must be 6.5 or less."],
  ["1.5", { isWhole: true }, "This must be a whole number."],
])("says which rule %s breaks", (text, rule, wrong) => {
  expect(readNumber(text, rule)).toEqual({ wrong });
});

test("writes a number so that it is read again", () => {
  for (const value of [1.69, -0.000001, 1e6, 0.1 + 0.2])
    expect(readNumber(fieldText(value))).toEqual({ value });
});
