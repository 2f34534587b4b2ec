import { expect, test } from "vitest";
import { z } from "zod";
import { describeIssue } from "../../../src/domain/base/shape-issue.ts";

const id = z.guid({ error: "must be a UUID" });
const LONG = "x".repeat(100);

test.each([
  [z.number(), undefined, "is missing: it must be a number"],
  [z.number(), null, "must be a number, not null"],
  [z.number(), "thirty", 'must be a number, not "thirty"'],
  [z.number(), "0x10", 'must be a number, not "0x10": write it in decimal, like 12.5'],
  [z.number(), "5", 'must be a number, not "5": write it without quotes'],
  [z.number(), Infinity, "must be a number, not Infinity"],
  [z.number().positive(), 0, "must be above 0, not 0"],
  [z.number().max(5), 6, "must be at most 5, not 6"],
  [z.int().min(1), 0, "must be at least 1, not 0"],
  [z.int(), 1.5, "must be a whole number, not 1.5"],
  [z.string(), [1], "must be a text, not a list"],
  [z.string(), {}, "must be a text, not an object"],
  [z.string().min(1), "", 'must not be empty, not ""'],
  [z.string().min(3), "a", 'must have at least 3 characters, not "a"'],
  [z.array(z.number()).max(1), [1, 2], "must have at most 1 item"],
  [z.boolean(), "maybe", 'must be true or false, not "maybe"'],
  [z.literal(true), false, "must be true, not false"],
  [z.enum(["a", "b", "c"]), "d", 'must be a, b or c, not "d"'],
  [id, undefined, "is missing: it must be a UUID"],
  [id, `a"\n${LONG}`, `must be a UUID, not "a\\"\\n${LONG.slice(0, 57)}…"`],
  [z.union([id, z.array(id)]), "x", 'must be a UUID, not "x"'],
  [z.union([id, z.array(id)]), ["x"], 'must be a UUID, not "x"'],
  [z.union([z.number(), z.string()]), true, "must be a number or a text, not true"],
  [z.object({ a: z.array(z.number()) }), { a: [1, "b"] }, 'must be a number, not "b"'],
])("%#: an issue is described in our words, with the value", (schema, value, expected) => {
  const issue = schema.safeParse(value).error?.issues[0];
  expect(issue && describeIssue(issue, value)).toBe(expected);
});
