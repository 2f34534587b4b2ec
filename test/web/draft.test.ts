import { describe, expect, test } from "vitest";
import {
  type Draft,
  durationText,
  EMPTY_DRAFT,
  readDraft,
  typedErrors,
  usualPolicy,
} from "../../web/dashboard/dispatch/draft.ts";

const read = (part: Partial<Draft>) =>
  readDraft({ ...EMPTY_DRAFT, power: "4", ...part }, "Europe/Berlin");

describe("a draft", () => {
  test("is a request with all that is typed, and with nothing else", () => {
    expect(read({}).request).toEqual({ mw: 4 });
    const full: Partial<Draft> = {
      direction: "charge",
      power: "٢٫٥",
      starts: "at",
      start: { text: "2026-11-20T13:00", offset: "" },
      duration: "1,5",
      unit: "h",
      lease: "300",
      onShortfall: "CURTAIL",
    };
    expect(read(full)).toEqual({
      request: {
        mw: -2.5,
        startAt: "2026-11-20T12:00:00.000Z",
        durationS: 5400,
        validForS: 300,
        onShortfall: "CURTAIL",
      },
      errors: {},
    });
  });

  test.each<[Partial<Draft>, object]>([
    [{ power: "abc" }, { power: expect.stringContaining("“abc”") }],
    [{ power: "-5" }, { power: "The power has no sign: choose the direction above." }],
    [{ duration: "0" }, { duration: "This must be above 0." }],
    [{ duration: "0.001" }, { duration: "This must be 1 s or more." }],
    [{ duration: "99999999" }, { duration: "This must be 527040 or less." }],
    [{ duration: "x", unit: "h" }, { duration: expect.stringContaining("“x”") }],
    [{ lease: "abc" }, { lease: "This must be a whole number such as 300, not “abc”." }],
    [{ lease: "0" }, { lease: "This must be 1 or more." }],
    [{ lease: "1.5" }, { lease: "This must be a whole number." }],
    [{ starts: "at" }, { start: "A date and a time must be given." }],
  ])("says what is wrong with each field: %o", (part, errors) => {
    expect(read(part)).toEqual({ request: undefined, errors });
  });

  test("says that a field is empty once it is sent, and not while it is typed", () => {
    const { errors } = readDraft(EMPTY_DRAFT, "UTC");
    expect(errors).toEqual({ power: "This must be filled in." });
    expect(typedErrors(errors, EMPTY_DRAFT)).toEqual({});
    const typed = { ...EMPTY_DRAFT, power: "abc", duration: "x" };
    expect(Object.keys(typedErrors(readDraft(typed, "UTC").errors, typed)).sort()).toEqual([
      "duration",
      "power",
    ]);
  });

  test("refuses where a duration is given and curtails else, where none is chosen", () => {
    expect(usualPolicy({ duration: " " })).toBe("CURTAIL");
    expect(usualPolicy({ duration: "5" })).toBe("REFUSE");
  });
});

test("a duration is written so that it means the same seconds", () => {
  expect(durationText(1500, "min")).toBe("25");
  expect(durationText(1234, "min")).toBe("20.57");
  for (const unit of ["min", "h"] as const)
    for (const durationS of [1, 7, 59, 61, 1234, 86_399, 31_622_399]) {
      const { request } = read({ duration: durationText(durationS, unit), unit });
      expect(request?.durationS).toBe(durationS);
    }
});
