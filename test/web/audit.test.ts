// The audit log of the dashboard: what is shown of it, and what changed.
import { describe, expect, test } from "vitest";
import { AUDIT_ACTIONS } from "../../src/domain/audit/record.ts";
import {
  type AuditRecord,
  csvAddress,
  filterOf,
  isFound,
  isSelected,
  withNewest,
  withPage,
  withRecord,
} from "../../web/dashboard/audit/audit-filter.ts";
import { differenceOf } from "../../web/dashboard/audit/difference.ts";
import { EN } from "../../web/dashboard/text/en.ts";

const record = (id: string, part: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ id, timestamp: "2026-11-20T12:00:00.000Z", actor: "token:ada", actorName: "Ada" },
  ...{ address: "127.0.0.1", channel: "rest", action: "asset.update", target: "asset:a1" },
  ...{ before: null, after: null, reason: null, requestId: "r1", outcome: "done", code: null },
  hash: "00ff",
  ...part,
});

test("every action of the log has words", () => {
  expect(Object.keys(EN.audit.actions).sort()).toEqual(Object.keys(AUDIT_ACTIONS).sort());
});

describe("a difference", () => {
  test("has the fields that changed, by their path", () => {
    const before = { name: "A", limits: { max_mw: 5, min_mw: -5 }, tags: ["x"] };
    const after = { name: "A", limits: { max_mw: 6, min_mw: -5 }, tags: ["x", "y"] };
    expect(differenceOf(before, after)).toEqual([
      { path: "limits.max_mw", before: "5", after: "6" },
      { path: "tags.2", before: undefined, after: "y" },
    ]);
  });

  test("has all fields of what was made or removed, and one of a plain value", () => {
    expect(differenceOf(null, { mw: 5, end_at: null })).toEqual([
      { path: "mw", before: undefined, after: "5" },
    ]);
    expect(differenceOf({ mw: 5 }, null)).toEqual([{ path: "mw", before: "5", after: undefined }]);
    expect(differenceOf(1, 2)).toEqual([{ path: "", before: "1", after: "2" }]);
    expect(differenceOf(null, null)).toEqual([]);
  });

  test("is bounded", () => {
    const after = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`f${n}`, n]));
    expect(differenceOf(null, after).length).toBe(200);
  });
});

describe("a filter", () => {
  test("is that of the address, without instants that are none", () => {
    const params = { actor: "token:ada", from: "nonsense", until: "2026-11-20T12:00:00Z", x: "y" };
    expect(filterOf(params)).toEqual({ actor: "token:ada", until: "2026-11-20T12:00:00Z" });
  });

  test("is the query of the CSV", () => {
    expect(csvAddress({ actor: "a+b", outcome: "refused" })).toBe(
      "audit_logs?format=csv&actor=a%2Bb&outcome=refused",
    );
  });

  test.each([
    [{}, true],
    [{ actor: "token:ada", action: "asset.update", channel: "rest", outcome: "done" }, true],
    [{ target: "asset:a2" }, false],
    [{ outcome: "refused" }, false],
    [{ from: "2026-11-20T12:00:00Z" }, true],
    [{ until: "2026-11-20T12:00:00Z" }, false],
    [{ from: "2026-11-20T12:00:01Z" }, false],
  ])("%j selects a live record: %s", (filter, isIt) => {
    expect(isSelected(record("1"), filter)).toBe(isIt);
  });
});

test("a search finds each of its words, in names and in what changed", () => {
  const one = record("1", { after: { name: "North" } });
  expect(isFound(one, "BESS-1", "bess ada north")).toBe(true);
  expect(isFound(one, "BESS-1", "bess south")).toBe(false);
});

describe("records that were read", () => {
  const page = (ids: string, next: string | null = null) => ({
    records: [...ids].map((id) => record(id)),
    next,
  });
  const idsOf = ({ records, next }: ReturnType<typeof page>) => [
    records.map(({ id }) => id).join(""),
    next,
  ];

  test("begin with a new one, once", () => {
    expect(idsOf(withRecord(page("ba", "x"), record("c")) as never)).toEqual(["cba", "x"]);
    expect(idsOf(withRecord(page("ba", "x"), record("a")) as never)).toEqual(["ba", "x"]);
  });

  test("go on with the next page, each once", () => {
    expect(idsOf(withPage(page("dc", "c"), page("cb", "b")) as never)).toEqual(["dcb", "b"]);
  });

  test("stay below the newest page where the two meet, and go where they do not", () => {
    expect(idsOf(withNewest(page("cba"), page("dcb", "b")) as never)).toEqual(["dcba", null]);
    expect(idsOf(withNewest(page("ba", "x"), page("fed", "d")) as never)).toEqual(["fed", "d"]);
    expect(idsOf(withNewest(undefined, page("a")) as never)).toEqual(["a", null]);
  });
});
