import { expect, test } from "vitest";
import { isSameName } from "../../web/dashboard/text/same-name.ts";

test.each(["a  b", "a\tb", "a\nb", "a\u00a0b", " a b\r\n", "a\u2003b"])(
  "white space of any kind in %j is one space",
  (name) => {
    expect(isSameName("a b", name)).toBe(true);
    expect(isSameName(name, name)).toBe(true);
  },
);

test("letters are compared as they are seen", () => {
  expect(isSameName("Tree\u0301", "Tre\u00e9")).toBe(true);
  expect(isSameName("ab", "a b")).toBe(false);
  expect(isSameName("A b", "a b")).toBe(false);
});
