import { expect, test } from "vitest";
import { draftOf, readInstant } from "../../web/dashboard/text/instant.ts";

const BERLIN = "Europe/Berlin";
const utc = (text: string) => Date.parse(text);

test("reads a time on the clock of the zone", () => {
  const read = readInstant({ text: "2027-07-01T12:00", offset: "" }, BERLIN);
  expect(read).toEqual({ ms: utc("2027-07-01T10:00:00Z"), offsets: [] });
});

test("offers both offsets where the clock shows a time twice in autumn", () => {
  const text = "2027-10-31T02:30:00";
  const offsets = ["+02:00", "+01:00"];
  expect(readInstant({ text, offset: "" }, BERLIN)).toEqual({
    wrong: expect.stringContaining("twice"),
    offsets,
  });
  expect(readInstant({ text, offset: "+02:00" }, BERLIN)).toEqual({
    ms: utc("2027-10-31T00:30:00Z"),
    offsets,
  });
  expect(readInstant({ text, offset: "+01:00" }, BERLIN)).toEqual({
    ms: utc("2027-10-31T01:30:00Z"),
    offsets,
  });
});

test("says that the clock is set forward over a time in spring", () => {
  const read = readInstant({ text: "2027-03-28T02:30", offset: "" }, BERLIN);
  expect(read).toEqual({ wrong: expect.stringContaining("no such time"), offsets: [] });
});

test("says what is missing", () => {
  expect(readInstant({ text: "", offset: "" }, BERLIN)).toMatchObject({
    wrong: "A date and a time must be given.",
  });
});

test("writes an instant so that it is read again, also at each change of the clock", () => {
  const quarters = (from: string) => Array.from({ length: 24 }, (_, n) => utc(from) + n * 900_000);
  for (const ms of [...quarters("2027-10-30T23:00:00Z"), ...quarters("2027-03-27T23:00:00Z")])
    expect(readInstant(draftOf(ms, BERLIN), BERLIN)).toMatchObject({ ms });
});
