// What every store of data points promises: in memory, and in each database.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DataPointMode, Matrix } from "../../src/domain/data-point/data-point.ts";
import type { AsOf, PointWrite } from "../../src/domain/data-point/write.ts";
import type {
  DataPointStore,
  InsertOutcome,
  NamedWrite,
} from "../../src/domain/ports/data-point-store.ts";
import { countByTurn } from "../support/count-by-turn.ts";
import { DATA_POINT_STORES, type DataPointStoreMaker } from "../support/data-point-stores.ts";
import {
  pointOf,
  QUARTER_MS,
  POINTS_START_MS as START_MS,
  saveRecord,
  withdrawalOf,
  writeOf,
} from "../support/data-points.ts";

const DAY_MS = 86_400_000;
const NOW_MS = START_MS + 10 * DAY_MS;
const PRICE = "Market/FI/Price";

describe.each(DATA_POINT_STORES)(
  "a store of data points in %s",
  { timeout: 60_000 },
  (_, start) => {
    let maker: DataPointStoreMaker;
    let store: DataPointStore;

    const insert = (writes: readonly PointWrite[], nowMs = START_MS, named?: NamedWrite) =>
      store.insert(writes, nowMs, named, []);
    const insertOne = (...[path, contents, difference]: Parameters<typeof writeOf>) =>
      insert([writeOf(path, contents, difference)]);

    /** Instants in quarters since the start, with their contents. */
    async function read(mode: DataPointMode = "merged", asOf: AsOf = {}, path = PRICE) {
      const range = {
        path,
        mode,
        fromMs: START_MS - 400 * DAY_MS,
        untilMs: START_MS + 400 * DAY_MS,
      };
      const values: unknown[] = [];
      for await (const page of store.read({ ...range, asOf, nowMs: NOW_MS }))
        for (const { atMs, content } of page)
          values.push([(atMs - START_MS) / QUARTER_MS, content]);
      return values;
    }

    async function versions(path = PRICE, fromMs = START_MS, untilMs = START_MS + 9 * DAY_MS) {
      const found = [];
      for await (const page of store.versions({ path, fromMs, untilMs, nowMs: NOW_MS }))
        found.push(...page);
      return found;
    }

    const at = (quarter: number) => START_MS + quarter * QUARTER_MS;
    const quarters = (first: number, contents: readonly number[]) =>
      contents.map((content, n) => [at(first + n), content] as const);

    beforeAll(async () => {
      maker = await start();
    }, 60_000);
    afterAll(() => maker?.close());
    beforeEach(async () => {
      store = await maker.make();
      await store.describe([pointOf(PRICE)], []);
    });

    describe("the catalogue", () => {
      const full = pointOf("A/b.c-d_e/F", {
        ...{ type: "static_data", unit: "€/MWh", resolution: null, timeZone: "Europe/Helsinki" },
        ...{ description: 'Day-ahead "spot"', minValue: -500, maxValue: 0.1, retention: "P2Y" },
        jsonSchema: { type: "object", properties: { ä: { enum: [1, null, "\u2028"] } } },
      });

      test("finds entries as they were described", async () => {
        await store.describe([full], []);
        const found = await store.find([full.path, "none", PRICE]);
        expect(found).toEqual(
          new Map([
            [full.path, full],
            [PRICE, pointOf(PRICE)],
          ]),
        );
      });

      test("replaces an entry, and has no values changed by it", async () => {
        await insertOne(PRICE, quarters(0, [1]));
        await store.describe([pointOf(PRICE, { unit: "kW" })], []);
        expect((await store.find([PRICE])).get(PRICE)?.unit).toBe("kW");
        expect(await read()).toEqual([[0, 1]]);
      });

      test("lists in the order of code points, page by page", async () => {
        const paths = ["a/b", "B", "a-b", "a", "a/B", "Ab", "10", "9"];
        await store.describe(
          paths.map((path) => pointOf(path)),
          [],
        );
        const first = await store.catalogue({ limit: 5 });
        const rest = await store.catalogue({ limit: 50, after: first.at(-1)?.path });
        expect([...first, ...rest].map(({ path }) => path)).toEqual([...paths, PRICE].sort());
      });

      test("chooses by prefixes of whole segments, type and text", async () => {
        const others = ["Market/FI", "Market/FIN/Price", "Asset/FI/SoC_1", "Asset/FI/SoCx1"];
        await store.describe([full, ...others.map((path) => pointOf(path))], []);
        const pathsOf = async (filter: object) =>
          (await store.catalogue({ limit: 50, ...filter })).map(({ path }) => path);
        expect(await pathsOf({ prefixes: ["Market/FI"] })).toEqual(["Market/FI", PRICE]);
        expect(await pathsOf({ prefixes: ["Market/FIN", "A"] })).toEqual([
          ...[full.path, "Market/FIN/Price"],
        ]);
        expect(await pathsOf({ prefixes: [] })).toEqual([]);
        expect(await pathsOf({ prefixes: [""] })).toHaveLength(6);
        expect(await pathsOf({ type: "static_data" })).toEqual([full.path]);
        expect(await pathsOf({ search: "SPOT" })).toEqual([full.path]);
        expect(await pathsOf({ search: "spot\0" })).toEqual([]);
        expect(await pathsOf({ prefixes: ["A", "\0"] })).toEqual([full.path]);
        expect(await store.find([full.path, "A\0"])).toEqual(new Map([[full.path, full]]));
        expect(await pathsOf({ search: "mwh" })).toEqual([full.path]);
        expect(await pathsOf({ search: "soc_1" })).toEqual(["Asset/FI/SoC_1"]);
        expect(await pathsOf({ search: "%" })).toEqual([]);
      });
    });

    describe("writes", () => {
      test("are read as they were written, in the order of their instants", async () => {
        const contents = [
          1.5,
          -0,
          -0.1,
          1e-300,
          0.1 + 0.2,
          2 ** 53,
          5e-324,
          1.7976931348623157e308,
        ];
        await insertOne(PRICE, quarters(-3, contents));
        expect(await read()).toEqual(contents.map((content, n) => [n - 3, content]));
      });

      test("say who wrote them, when, and what was known", async () => {
        const { recordedMs } = (await insertOne(PRICE, quarters(0, [1]))) as { recordedMs: number };
        const values = await store.latest([PRICE, "none"], "merged", {}, NOW_MS);
        const origin = { source: "original", knownMs: START_MS, recordedMs, author: "token:desk" };
        expect(values).toEqual(new Map([[PRICE, { atMs: at(0), content: 1, ...origin }]]));
      });

      test("are recorded at instants that rise, also where the clock does not", async () => {
        const instants = [START_MS, START_MS, START_MS - 5_000, START_MS + 7];
        const outcomes = [];
        for (const nowMs of instants)
          outcomes.push(await insert([writeOf(PRICE, quarters(0, [1]))], nowMs));
        const recorded = [-Infinity, START_MS, START_MS + 1, START_MS + 2, START_MS + 7];
        expect(outcomes).toEqual(
          recorded.slice(1).map((recordedMs, n) => ({
            ...{ kind: "stored", recordedMs, previousMs: recorded[n] },
          })),
        );
      });

      test("that come at once are each recorded at another instant", async () => {
        const writes = Array.from({ length: 20 }, (_, n) => insertOne(PRICE, quarters(n, [n])));
        const recorded = (await Promise.all(writes)).map(
          (one) => "recordedMs" in one && one.recordedMs,
        );
        expect(new Set(recorded).size).toBe(20);
        expect(await read()).toHaveLength(20);
      });

      test("of a request are all stored or none", async () => {
        const writes = [
          writeOf(PRICE, quarters(0, [1])),
          writeOf("Not/Described", quarters(0, [1])),
        ];
        await expect(insert(writes)).rejects.toThrow("Not/Described");
        expect(await read()).toEqual([]);
      });

      test("of one path and instant: the last one of a request holds", async () => {
        await insert([writeOf(PRICE, quarters(0, [1, 2])), writeOf(PRICE, quarters(1, [3]))]);
        expect(await read()).toEqual([
          [0, 1],
          [1, 3],
        ]);
      });

      test("with the id of an earlier request are answered as it was, and not stored", async () => {
        const named = { id: randomUUID(), text: "a" };
        const first = await insert([writeOf(PRICE, quarters(0, [1]))], START_MS, named);
        const again = await insert([writeOf(PRICE, quarters(0, [1]))], NOW_MS, named);
        const other = await insert([writeOf(PRICE, quarters(0, [2]))], NOW_MS, {
          ...named,
          text: "b",
        });
        expect(first).toMatchObject({ kind: "stored", recordedMs: START_MS });
        expect(again).toEqual({ kind: "repeated", recordedMs: START_MS });
        expect(other).toEqual({ kind: "reused" });
        expect(await versions()).toMatchObject([{ content: 1, requestId: named.id }]);
      });

      test("have their records in the audit log, once", async () => {
        const named = { id: randomUUID(), text: "a" };
        const record = () => [saveRecord(randomUUID(), "write")];
        await store.describe([pointOf("New")], [saveRecord(randomUUID(), "entry")]);
        await store.insert([writeOf(PRICE, quarters(0, [1]))], START_MS, named, record());
        await store.insert([writeOf(PRICE, quarters(0, [1]))], START_MS, named, record());
        expect(await maker.audited()).toEqual(["entry", "write"]);
      });
    });

    describe("reads", () => {
      test("give at each instant what was written last, of what could be known", async () => {
        await insertOne(PRICE, quarters(0, [1, 1, 1]));
        await insertOne(PRICE, quarters(1, [2, 2]), { knownMs: START_MS + 1_000 });
        await insertOne(PRICE, quarters(2, [3]), { knownMs: START_MS - 1_000 });
        expect(await read()).toEqual([
          [0, 1],
          [1, 2],
          [2, 3],
        ]);
        expect(await read("merged", { knownMs: START_MS + 1_000 })).toEqual([
          [0, 1],
          [1, 2],
          [2, 3],
        ]);
        expect(await read("merged", { knownMs: START_MS + 999 })).toEqual([
          [0, 1],
          [1, 1],
          [2, 3],
        ]);
        expect(await read("merged", { knownMs: START_MS - 1 })).toEqual([[2, 3]]);
        expect(await read("merged", { recordedMs: START_MS + 1 })).toEqual([
          [0, 1],
          [1, 2],
          [2, 2],
        ]);
        expect(await read("merged", { recordedMs: START_MS - 1 })).toEqual([]);
      });

      test("give the override, where there is one, else the original", async () => {
        await insertOne(PRICE, quarters(0, [1, 1, 1]));
        await insertOne(PRICE, quarters(1, [5]), { source: "override" });
        await insertOne(PRICE, quarters(1, [2]));
        expect(await read()).toEqual([
          [0, 1],
          [1, 5],
          [2, 1],
        ]);
        expect(await read("original")).toEqual([
          [0, 1],
          [1, 2],
          [2, 1],
        ]);
        expect(await read("override")).toEqual([[1, 5]]);
      });

      test("give the original again once the override is withdrawn, and no older override", async () => {
        await insertOne(PRICE, quarters(0, [1, 1, 1]));
        await insertOne(PRICE, quarters(0, [5, 5, 5]), { source: "override" });
        await insertOne(PRICE, quarters(0, [6, 6, 6]), { source: "override" });
        const { recordedMs } = (await insert([
          withdrawalOf(PRICE, at(1), at(2), { source: "override" }),
        ])) as { recordedMs: number };
        expect(await read()).toEqual([
          [0, 6],
          [1, 1],
          [2, 6],
        ]);
        expect(await read("merged", { recordedMs: recordedMs - 1 })).toEqual([
          [0, 6],
          [1, 6],
          [2, 6],
        ]);
        await insertOne(PRICE, quarters(1, [7]), { source: "override" });
        expect(await read("override")).toEqual([
          [0, 6],
          [1, 7],
          [2, 6],
        ]);
      });

      test("give the original again once the override has expired, and no older override", async () => {
        await insertOne(PRICE, quarters(0, [1]));
        await insertOne(PRICE, quarters(0, [5]), { source: "override" });
        const expiresAtMs = NOW_MS - 1_000;
        await insertOne(PRICE, quarters(0, [6]), { source: "override", expiresAtMs });
        expect(await read()).toEqual([[0, 1]]);
        expect(await read("override")).toEqual([]);
        expect(await read("merged", { knownMs: expiresAtMs })).toEqual([[0, 1]]);
        expect(await read("merged", { knownMs: expiresAtMs - 1 })).toEqual([[0, 6]]);
      });

      test("end before the end of their range, and begin with its begin", async () => {
        await insertOne(PRICE, quarters(0, [0, 1, 2, 3]));
        const range = { path: PRICE, mode: "merged", fromMs: at(1), untilMs: at(3) } as const;
        const values = [];
        for await (const page of store.read({ ...range, asOf: {}, nowMs: NOW_MS }))
          values.push(...page.map(({ content }) => content));
        expect(values).toEqual([1, 2]);
      });

      test("see a write that is stored meanwhile wholly or not at all", async () => {
        const contents = Array.from({ length: 96 * 60 }, () => 1);
        await insertOne(PRICE, quarters(0, contents));
        const range = { path: PRICE, mode: "merged", fromMs: at(0), untilMs: at(96 * 60) } as const;
        const seen = [];
        for await (const page of store.read({ ...range, asOf: {}, nowMs: NOW_MS })) {
          if (seen.length === 0)
            await insertOne(
              PRICE,
              quarters(
                0,
                contents.map(() => 2),
              ),
            );
          seen.push(...page.map(({ content }) => content));
        }
        expect(seen).toEqual(contents);
      });

      test("reach from the first instant to the last one", async () => {
        await insertOne(PRICE, quarters(0, [1]));
        const range = { path: PRICE, mode: "merged", fromMs: -8.64e15, untilMs: 8.64e15 } as const;
        const pages = [];
        for await (const page of store.read({ ...range, asOf: {}, nowMs: NOW_MS }))
          pages.push(page);
        expect(pages.flat()).toMatchObject([{ atMs: at(0), content: 1 }]);
        expect(await versions(PRICE, -8.64e15, 8.64e15)).toHaveLength(1);
        await insert([withdrawalOf(PRICE, -8.64e15, 8.64e15)]);
        expect(await read()).toEqual([]);
      });

      test("go page by page through thousands of values", async () => {
        const contents = Array.from({ length: 96 * 90 }, (_, n) => n);
        await insertOne(PRICE, quarters(0, contents));
        expect(await read()).toEqual(contents.map((content) => [content, content]));
      });
    });

    describe("the newest values", () => {
      test("are those of the last instants that have one", async () => {
        const other = pointOf("Other");
        await store.describe([other], []);
        await insertOne(PRICE, quarters(0, [1, 1, 1]));
        await insertOne(PRICE, quarters(96 * 40, [9]));
        await insertOne(PRICE, quarters(1, [5]), { source: "override" });
        await insertOne("Other", quarters(3, [7]), { source: "override" });
        const newest = async (mode: DataPointMode, asOf: AsOf = {}) => {
          const found = await store.latest([PRICE, "Other"], mode, asOf, NOW_MS);
          return [...found].map(([path, { atMs, content }]) => [
            path,
            (atMs - START_MS) / QUARTER_MS,
            content,
          ]);
        };
        expect(await newest("original")).toEqual([[PRICE, 96 * 40, 9]]);
        expect(await newest("merged")).toEqual([
          [PRICE, 96 * 40, 9],
          ["Other", 3, 7],
        ]);
        expect(await newest("override")).toEqual([
          [PRICE, 1, 5],
          ["Other", 3, 7],
        ]);
        await insert([withdrawalOf(PRICE, at(96), at(96 * 60))]);
        expect(await newest("merged")).toEqual([
          [PRICE, 2, 1],
          ["Other", 3, 7],
        ]);
        expect(await newest("merged", { knownMs: START_MS - 1 })).toEqual([]);
      });
    });

    describe("versions", () => {
      test("are all that were written, by instant, those that were known last first", async () => {
        await insertOne(PRICE, quarters(0, [1, 2]));
        await insertOne(PRICE, quarters(1, [3]), { knownMs: START_MS + 9, author: "b" });
        await insertOne(PRICE, quarters(1, [4]), { knownMs: START_MS - 9 });
        await insertOne(PRICE, quarters(1, [5]), { source: "override", expiresAtMs: START_MS + 1 });
        expect(await versions()).toEqual([
          versionOf(0, 1, START_MS),
          { ...versionOf(1, 3, START_MS + 1), knownMs: START_MS + 9, author: "b" },
          { ...versionOf(1, 5, START_MS + 3), source: "override", expiresAtMs: START_MS + 1 },
          versionOf(1, 2, START_MS),
          { ...versionOf(1, 4, START_MS + 2), knownMs: START_MS - 9 },
        ]);
      });

      test("have a withdrawal at the instants of which it hid values", async () => {
        await insertOne(PRICE, quarters(0, [1, 2]));
        await insert([withdrawalOf(PRICE, at(1), at(900), { author: "b" })]);
        await insertOne(PRICE, quarters(2, [3]));
        expect(await versions()).toEqual([
          versionOf(0, 1, START_MS),
          { ...versionOf(1, null, START_MS + 1), author: "b" },
          versionOf(1, 2, START_MS),
          versionOf(2, 3, START_MS + 2),
        ]);
      });

      const versionOf = (quarter: number, content: number | null, recordedMs: number) => ({
        ...{ atMs: at(quarter), content, recordedMs, source: "original", knownMs: START_MS },
        ...{ author: "token:desk", expiresAtMs: null, requestId: null },
      });
    });

    describe("matrices and documents", () => {
      const LADDER = "Market/FI/Ladder";
      const SETUP = "Asset/FI/Setup";
      const ladder: Matrix = {
        ...{ rows: ["buy", "sell"], columns: ["price", "MW"] },
        values: [
          [0.1 + 0.2, null],
          [-1e-7, 2 ** 53],
        ],
      };
      const document = { document: { name: "ä\u2028", list: [1, null, true], empty: {} } };

      beforeEach(() =>
        store.describe(
          [
            pointOf(LADDER, { type: "time_series_double_matrix" }),
            pointOf(SETUP, { type: "static_data", resolution: null }),
          ],
          [],
        ),
      );

      test("are read as they were written", async () => {
        await insertOne(LADDER, [
          [at(0), ladder],
          [at(1), { ...ladder, rows: ["b", "a"] }],
        ]);
        await insertOne(SETUP, [
          [at(0) + 1, document],
          [at(5), { document: null }],
        ]);
        expect(await read("merged", {}, LADDER)).toEqual([
          [0, ladder],
          [1, { ...ladder, rows: ["b", "a"] }],
        ]);
        expect(await read("merged", {}, SETUP)).toEqual([
          [1 / QUARTER_MS, document],
          [5, { document: null }],
        ]);
      });

      test("have versions, withdrawals, overrides that expire, and a newest one", async () => {
        const other = { document: [1] };
        await insertOne(SETUP, [
          [at(0), document],
          [at(1), document],
        ]);
        await insertOne(SETUP, [[at(1), other]], { source: "override", expiresAtMs: NOW_MS + 1 });
        expect(await read("merged", {}, SETUP)).toEqual([
          [0, document],
          [1, other],
        ]);
        expect(await read("merged", { knownMs: NOW_MS + 1 }, SETUP)).toEqual([
          [0, document],
          [1, document],
        ]);
        await insert([withdrawalOf(SETUP, at(1), at(2))]);
        expect(await read("original", {}, SETUP)).toEqual([[0, document]]);
        const newest = await store.latest([SETUP], "original", {}, NOW_MS);
        expect(newest.get(SETUP)).toMatchObject({ atMs: at(0), content: document });
        expect((await versions(SETUP)).map(({ content }) => content)).toEqual([
          ...[document, null, other, document],
        ]);
      });
    });

    describe("changes", () => {
      const changeOf = (path: string, from: number, until: number, more: object = {}) => ({
        ...{ path, source: "original", author: "token:desk", knownMs: START_MS },
        ...{ fromMs: at(from), untilMs: at(until), ...more },
      });
      const lastOf = (outcome: InsertOutcome) =>
        outcome.kind === "reused" ? Number.NaN : outcome.recordedMs;

      test("are of each write, without its values, request by request", async () => {
        await store.describe([pointOf("Setup", { type: "static_data" })], []);
        const first = lastOf(await insertOne(PRICE, [[at(0), 1]]));
        const second = await insert([
          writeOf(PRICE, [...quarters(1, [1]), [at(9) + 5, 2]], { knownMs: START_MS - 5 }),
          writeOf("Setup", [[at(0), { document: 1 }]], { source: "override", author: "user:a" }),
        ]);
        const third = await insert([withdrawalOf("Setup", at(3), at(2000))]);
        expect(second).toMatchObject({ kind: "stored", previousMs: first });
        expect(await store.changesAfter(first, 100)).toEqual([
          {
            recordedMs: lastOf(second),
            changes: [
              changeOf(PRICE, 1, 9, { untilMs: at(9) + 6, knownMs: START_MS - 5 }),
              changeOf("Setup", 0, 0, {
                ...{ untilMs: at(0) + 1, source: "override", author: "user:a" },
              }),
            ],
          },
          { recordedMs: lastOf(third), changes: [changeOf("Setup", 3, 2000)] },
        ]);
        expect(await store.lastRecordedMs()).toBe(lastOf(third));
      });

      test("come in pages of so many, and of one request at least", async () => {
        const first = lastOf(await insertOne(PRICE, [[at(0), 1]]));
        const two = [writeOf(PRICE, [[at(0), 1]]), writeOf(PRICE, [[at(1), 1]])];
        const others: number[] = [];
        for (let n = 0; n < 3; n++) others.push(lastOf(await insert(two)));
        const pageOf = async (after: number, limit: number) =>
          (await store.changesAfter(after, limit))?.map(({ recordedMs }) => recordedMs);
        expect(await pageOf(first, 5)).toEqual(others.slice(0, 2));
        expect(await pageOf(first, 1)).toEqual(others.slice(0, 1));
        expect(await pageOf(others[1] as number, 5)).toEqual(others.slice(2));
        expect(await pageOf(others[2] as number, 5)).toEqual([]);
      });

      test("are unknown after an instant of before the first, or of after the last", async () => {
        expect(await store.lastRecordedMs()).toBeUndefined();
        expect(await store.changesAfter(START_MS, 9)).toBeUndefined();
        const only = await insertOne(PRICE, [[at(0), 1]]);
        expect(only).toMatchObject({ previousMs: -Infinity });
        expect(await store.changesAfter(lastOf(only) - 1, 9)).toBeUndefined();
        expect(await store.changesAfter(lastOf(only) + 1, 9)).toBeUndefined();
        expect(await store.changesAfter(lastOf(only), 9)).toEqual([]);
      });

      test("of a request with thousands of writes are one for each path and source", async () => {
        const first = lastOf(await insertOne(PRICE, [[at(0), 1]]));
        const paths = ["A", "B", "C"];
        await store.describe(
          paths.map((path) => pointOf(path)),
          [],
        );
        const writes = paths.flatMap((path) =>
          Array.from({ length: 700 }, (_, n) =>
            writeOf(path, [[at(n), n]], { knownMs: START_MS - n }),
          ),
        );
        await insert(writes);
        const [found] = (await store.changesAfter(first, 1)) ?? [];
        expect(found?.changes).toEqual(
          paths.map((path) => changeOf(path, 0, 0, { untilMs: at(699) + 1 })),
        );
      });
    });

    test("a long day is taken in and read in turns, some thousand values in each", async () => {
      await store.describe([pointOf("Irregular", { resolution: null })], []);
      const work = countByTurn();
      const values = Array.from({ length: 60_000 }, (_, n) => ({
        get atMs() {
          work.count();
          return START_MS + 1_440 * n;
        },
        content: n,
      }));
      await insert([{ ...writeOf("Irregular", []), values }]);
      const pages: number[] = [];
      const range = { path: "Irregular", mode: "merged", fromMs: START_MS, asOf: {} } as const;
      const day = { ...range, untilMs: START_MS + DAY_MS, nowMs: NOW_MS };
      for await (const page of store.read(day)) pages.push(page.length);
      for await (const page of store.versions(day)) pages.push(page.length);
      await store.latest(["Irregular"], "merged", {}, NOW_MS);
      expect(pages.reduce((a, b) => a + b)).toBe(120_000);
      expect(Math.max(...pages)).toBeLessThan(10_000);
      const most = work.end();
      expect(most).toBeGreaterThan(1_000);
      expect(most).toBeLessThan(20_000);
    });

    test("an irregular series has its instants to the millisecond", async () => {
      await store.describe([pointOf("Irregular", { resolution: null })], []);
      const offsets = [-1, 0, 1, 17, 86_399_999, 86_400_000];
      await insertOne(
        "Irregular",
        offsets.map((ms) => [START_MS + ms, ms] as const),
      );
      const values = await read("merged", {}, "Irregular");
      expect(values).toEqual(offsets.map((ms) => [ms / QUARTER_MS, ms]));
    });

    describe.each([
      ["irregular", null, 7],
      ["of hundredths of a second", "PT0.01S", 10],
    ] as const)("a long block, %s", (_, resolution, stepMs) => {
      const LONG = "Long";
      const instant = (n: number) => START_MS + n * stepMs;
      const longWrite = (first: number, count: number, difference: Partial<PointWrite> = {}) =>
        writeOf(
          LONG,
          Array.from({ length: count }, (_, n) => [instant(first + n), first * 0.5 + n] as const),
          difference,
        );
      const overridden = { source: "override" } as const;
      const steps: readonly (readonly PointWrite[])[] = [
        [longWrite(0, 12_345)],
        [longWrite(3_000, 9_000), longWrite(20_000, 1)],
        [withdrawalOf(LONG, instant(4_000), instant(9_500)), longWrite(9_000, 6_001)],
        [longWrite(10, 5_000, overridden), longWrite(100, 1), longWrite(7_000, 3)],
        [longWrite(2, 12_000)],
        [longWrite(1, 13_000), longWrite(4, 5_002, overridden)],
        [longWrite(2_000, 7_000, { knownMs: START_MS - 5 })],
        [withdrawalOf(LONG, instant(0), instant(5_500), overridden)],
        [longWrite(12_000, 2), withdrawalOf(LONG, instant(300), instant(301))],
        [withdrawalOf(LONG, START_MS - DAY_MS, START_MS + DAY_MS), longWrite(50, 11_000)],
        [longWrite(40, 5_001)],
      ];

      /** What these writes leave, by instant. */
      function leftBy(writes: readonly PointWrite[]) {
        const [originals, overrides] = [new Map<number, unknown>(), new Map<number, unknown>()];
        for (const { source, withdrawn, values } of writes) {
          const held = source === "original" ? originals : overrides;
          for (const atMs of withdrawn ? [...held.keys()] : [])
            if (withdrawn && atMs >= withdrawn.fromMs && atMs < withdrawn.untilMs)
              held.delete(atMs);
          for (const { atMs, content } of values) held.set(atMs, content);
        }
        return [...new Map([...originals, ...overrides])].sort(([a], [b]) => a - b);
      }

      async function readLong(asOf: AsOf, fromMs = START_MS - DAY_MS) {
        const range = { path: LONG, mode: "merged", fromMs, untilMs: START_MS + DAY_MS } as const;
        const values: [number, unknown][] = [];
        for await (const page of store.read({ ...range, asOf, nowMs: NOW_MS })) {
          expect(page.length).toBeLessThan(10_000);
          for (const { atMs, content } of page) values.push([atMs, content]);
        }
        return values;
      }

      test("reads as it was written, over writes, withdrawals and what was known", async () => {
        await store.describe([pointOf(LONG, { resolution })], []);
        const recorded: number[] = [];
        for (const step of steps) {
          const outcome = await insert(step);
          if (outcome.kind !== "stored") throw new Error(outcome.kind);
          recorded.push(outcome.recordedMs);
          expect(await readLong({})).toEqual(leftBy(steps.slice(0, recorded.length).flat()));
        }
        for (const [n, recordedMs] of recorded.entries())
          expect(await readLong({ recordedMs })).toEqual(leftBy(steps.slice(0, n + 1).flat()));
        const all = leftBy(steps.flat());
        const early = steps.flat().filter(({ knownMs }) => knownMs < START_MS);
        expect(await readLong({ knownMs: START_MS - 1 })).toEqual(leftBy(early));
        expect(await readLong({}, instant(6_000))).toEqual(
          all.filter(([atMs]) => atMs >= instant(6_000)),
        );
        const newest = await store.latest([LONG], "merged", {}, NOW_MS);
        expect(newest.get(LONG)).toMatchObject({ atMs: all.at(-1)?.[0], content: all.at(-1)?.[1] });
        const found = await versions(LONG, START_MS - DAY_MS);
        const written = steps.flat().reduce((sum, { values }) => sum + values.length, 0);
        expect(found.filter(({ content }) => content !== null)).toHaveLength(written);
        expect(found.every(({ atMs }, n) => n === 0 || atMs >= (found[n - 1]?.atMs ?? 0))).toBe(
          true,
        );
        if (maker.client === undefined) return;
        const [rows] = await maker.client.within(
          10_000,
          (sql) => sql`
            select max(cardinality(array_remove("values", null))) as "values",
              count(*) filter (where is_derived and is_full)::int as derivations,
              count(*) filter (where is_derived and not is_full)::int as further
            from data_point_blocks where path = ${LONG}`,
        );
        expect(rows?.values).toBeLessThanOrEqual(5_000);
        expect(rows?.derivations).toBeGreaterThan(0);
        expect(rows?.further).toBeGreaterThan(0);
      });
    });
  },
);
