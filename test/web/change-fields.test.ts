import { expect, test } from "vitest";
import {
  type ChangeField,
  changedValues,
  readFields,
  violationErrors,
} from "../../web/dashboard/fleet/change-fields.ts";

const FIELDS: readonly ChangeField[] = [
  { name: "name", kind: "text" },
  { name: "siteId", kind: "choice", options: [["s", "Site"]] },
  { name: "capacityMwhr", kind: "number", rule: { above: 0 } },
  { name: "minMw", kind: "number", rule: { least: 0 }, isNegative: true },
  { name: "fallbackMw", kind: "number", isOptional: true },
];
const TEXTS = { name: " A1 ", siteId: "s", capacityMwhr: "36,5", minMw: "20", fallbackMw: "" };
const VALUES = { name: "A1", siteId: "s", capacityMwhr: 36.5, minMw: -20, fallbackMw: null };

test("reads every field, a magnitude of charge as a negative power", () => {
  expect(readFields(FIELDS, TEXTS)).toEqual({ values: VALUES, errors: {} });
});

test("says what is wrong with each field", () => {
  expect(readFields(FIELDS, { capacityMwhr: "0", minMw: "-3", fallbackMw: "x" }).errors).toEqual({
    name: "This must be filled in.",
    siteId: "This must be filled in.",
    capacityMwhr: "This must be above 0.",
    minMw: "This must be 0 or more.",
    fallbackMw: expect.stringContaining("“x”"),
  });
});

test("sends what was changed and nothing else", () => {
  const now = { ...TEXTS, name: "A1", fallbackMw: "3" };
  const { values } = readFields(FIELDS, now);
  expect(changedValues(values, TEXTS, now)).toEqual({ fallbackMw: 3 });
});

test("shows the reasons of a refusal beside their fields", () => {
  const violations = [
    { field: "capacityMwhr", message: "Must be 0.000001 to 1000000 MWh, not 2000000." },
    { field: "id", message: "A1 does not come by the API: change the assets file" },
    { field: null, message: "The server cannot be reached." },
  ];
  expect(violationErrors(FIELDS, violations)).toEqual({
    errors: { capacityMwhr: "Must be 0.000001 to 1000000 MWh, not 2000000." },
    others: [
      "A1 does not come by the API: change the assets file",
      "The server cannot be reached.",
    ],
  });
});
