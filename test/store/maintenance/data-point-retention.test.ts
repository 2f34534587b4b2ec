// The retention of data points, by what the catalogue says of them or of what is above them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DataPoint } from "../../../src/domain/data-point/data-point.ts";
import type { DataPointStore } from "../../../src/domain/ports/data-point-store.ts";
import { removeOldPoints } from "../../../src/store/data-point/removal.ts";
import type { Client } from "../../../src/store/database/client.ts";
import { DATA_POINT_STORES, type DataPointStoreMaker } from "../../support/data-point-stores.ts";
import { pointOf, POINTS_START_MS as START_MS, writeOf } from "../../support/data-points.ts";

const DAY_MS = 86_400_000;
const DAYS = [0, 1, 2, 3, 4, 5];

describe.each(DATA_POINT_STORES.slice(1))(
  "the retention of data points on %s",
  { timeout: 60_000 },
  (_, start) => {
    let maker: DataPointStoreMaker;
    let client: Client;
    let store: DataPointStore;

    /** A value at the begin of each day, twice written. */
    async function fill(path: string, difference: Partial<DataPoint> = {}): Promise<void> {
      const point = pointOf(path, difference);
      await store.describe([point], []);
      const content = point.type === "static_data" ? { document: 1 } : 1;
      const write = writeOf(
        path,
        DAYS.map((day) => [START_MS + day * DAY_MS, content]),
      );
      await store.insert([write, { ...write, source: "override" }], START_MS, undefined, []);
    }

    async function daysOf(path: string): Promise<number[]> {
      const days: number[] = [];
      const range = { path, fromMs: START_MS, untilMs: START_MS + 9 * DAY_MS, nowMs: START_MS };
      for await (const page of store.versions(range))
        for (const { atMs } of page) days.push((atMs - START_MS) / DAY_MS);
      return days;
    }

    /** Each day twice, from one day on. */
    const twiceFrom = (first: number) => DAYS.slice(first).flatMap((day) => [day, day]);

    beforeAll(async () => {
      maker = await start();
      client = maker.client as Client;
    }, 60_000);
    afterAll(() => maker?.close());
    beforeEach(async () => {
      store = await maker.make();
    });

    test("removes whole blocks and single documents that are older", async () => {
      await fill("Numbers", { retention: "P2D" });
      await fill("Documents", { type: "static_data", retention: "PT48H" });
      await fill("Kept");
      await removeOldPoints(client, START_MS + 5 * DAY_MS + 1, () => false, 3);
      expect(await daysOf("Numbers")).toEqual(twiceFrom(3));
      expect(await daysOf("Documents")).toEqual(twiceFrom(4));
      expect(await daysOf("Kept")).toEqual(twiceFrom(0));
    });

    test("holds for all below, unless a nearer entry has another one", async () => {
      await fill("A", { retention: "P1D" });
      await fill("A/b/C");
      await fill("A/b/D", { retention: "P1Y" });
      await fill("A/e", { retention: "P3D" });
      await fill("A/e/F");
      await fill("AB");
      await removeOldPoints(client, START_MS + 5 * DAY_MS);
      const kept = ["A", "A/b/C", "A/b/D", "A/e", "A/e/F", "AB"].map(daysOf);
      expect(await Promise.all(kept)).toEqual([4, 4, 0, 2, 2, 0].map(twiceFrom));
    });

    test("removes nothing by a duration that the database cannot count", async () => {
      for (const [n, retention] of ["P", "PT", "forever", "P99999999Y", "-P1D"].entries())
        await fill(`P${n}`, { retention });
      await removeOldPoints(client, START_MS + 400 * DAY_MS);
      expect(await daysOf("P0")).toEqual(twiceFrom(0));
    });

    test("forgets requests after 30 days, and records no later write before them", async () => {
      await fill("A");
      const named = { id: "n", text: "t" };
      const write = () => store.insert([writeOf("A", [[START_MS, 2]])], START_MS, named, []);
      const first = await write();
      await removeOldPoints(client, START_MS + 31 * DAY_MS);
      const { recordedMs } = first as { readonly recordedMs: number };
      expect(await write()).toEqual({ kind: "repeated", recordedMs });
      await store.insert([writeOf("A", [[START_MS, 3]])], START_MS, undefined, []);
      await removeOldPoints(client, START_MS + 31 * DAY_MS);
      expect(await write()).toMatchObject({ kind: "stored", recordedMs: START_MS + 3 });
    });

    test("has changes unknown once it has removed some after the instant", async () => {
      await fill("A");
      const write = () => store.insert([writeOf("A", [[START_MS, 2]])], START_MS, undefined, []);
      for (let n = 1; n <= 5; n++) await write();
      const after = async (n: number) =>
        (await store.changesAfter(START_MS + n, 100))?.map(
          ({ recordedMs }) => recordedMs - START_MS,
        );
      await removeOldPoints(client, START_MS + 30 * DAY_MS + 2);
      expect(await after(1)).toBeUndefined();
      expect(await after(2)).toEqual([3, 4, 5]);
      await removeOldPoints(client, START_MS + 99 * DAY_MS);
      expect(await after(4)).toBeUndefined();
      expect(await after(5)).toEqual([]);
    });

    test("has changes unknown that an older version did not store", async () => {
      await fill("A");
      const write = () => store.insert([writeOf("A", [[START_MS, 2]])], START_MS, undefined, []);
      for (let n = 1; n <= 2; n++) await write();
      await client.within(5_000, (sql) =>
        sql.unsafe(
          "update data_point_writes set changes = null where extract(ms from recorded_at) = 1",
        ),
      );
      expect(await store.changesAfter(START_MS, 100)).toBeUndefined();
      expect(await store.changesAfter(START_MS + 1, 100)).toHaveLength(1);
    });
  },
);
