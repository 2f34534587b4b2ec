import { afterEach, expect, test } from "vitest";
import { chooseFormats } from "../../web/dashboard/text/format.ts";
import { fieldText, readNumber } from "../../web/dashboard/text/number.ts";

afterEach(() => chooseFormats({ locale: "en-GB" }));

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

test.each([
  ["en-GB", "1,000", "“1,000” may mean 1 or 1000: write one of them."],
  ["en-GB", "-12,345", "“-12,345” may mean -12.345 or -12345: write one of them."],
  ["de-DE", "1.000", /1 or 1000/],
  ["fi-FI", "2.500", /2,5 or 2500/],
])("in %s, %s has two meanings", (locale, text, wrong) => {
  chooseFormats({ locale });
  expect(readNumber(text)).toEqual({ wrong: expect.stringMatching(wrong) });
});

test.each([
  ["en-GB", "1.000", 1],
  ["en-GB", "0,125", 0.125],
  ["en-GB", "1,0000", 1],
  ["en-GB", "1234,567", 1234.567],
  ["de-DE", "1,234", 1.234],
  ["de-DE", "0.125", 0.125],
])("in %s, %s has one meaning", (locale, text, value) => {
  chooseFormats({ locale });
  expect(readNumber(text)).toEqual({ value });
});

test.each(["en-GB", "de-DE", "fi-FI"])("what a field has is read again in %s", (locale) => {
  chooseFormats({ locale });
  for (const value of [1.234, 1000, -12.345, 0.001, 1234.567])
    expect(readNumber(fieldText(value))).toEqual({ value });
});
