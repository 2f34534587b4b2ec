// An assets file that is read again while the fleet ticks.
import { describe, expect, test } from "vitest";
import { parseAssetsFile, writeAssetsFile } from "../../../src/config/assets-file.ts";
import { Fault } from "../../../src/domain/base/fault.ts";
import type { Asset, Site } from "../../../src/domain/fleet/asset.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { AssetsFile } from "../../../src/domain/ports/assets-file.ts";
import { assetOf, fleetFixture, registration } from "../../support/fleet-fixture.ts";
import { SITE } from "../../support/tick-tables.ts";

const [A, B, C] = [assetOf(1), assetOf(2), assetOf(3)];

/** A kernel with an assets file in memory, which a test writes; undefined: there is no file. */
function fileFixture(options: Parameters<typeof fleetFixture>[0] = {}) {
  const disk: { text: string | undefined; reads: number } = { text: undefined, reads: 0 };
  const file: AssetsFile = {
    path: "fleet.yaml",
    async read() {
      disk.reads++;
      return disk.text === undefined ? { unreadable: "ENOENT" } : parseAssetsFile(disk.text);
    },
    textOf: writeAssetsFile,
  };
  const fixture = fleetFixture({ ...options, file });
  const { fleetFile } = fixture;
  const table = () => fixture.telemetry.latest().table;
  const write = (assets: readonly Asset[], sites: readonly Site[] = [SITE]) => {
    disk.text = writeAssetsFile(createFleetTable(sites, assets));
  };
  /** Reads the file again, and runs the tick that applies it. */
  async function reload() {
    const [result] = await Promise.all([fleetFile.reload(), fixture.tick()]);
    return result;
  }
  const warnings = () =>
    fixture.lines.filter(({ level }) => level === "warn").map(({ text }) => text);
  return { ...fixture, disk, write, reload, warnings, table };
}

const NONE = { added: 0, changed: 0, retired: 0, gone: 0 };

describe("the assets file, read again", () => {
  test("is in force with the next tick, with what it changed and what it clamped", async () => {
    const { write, reload, idsNow, lines } = fileFixture();
    write([{ ...A, capacityMwhr: A.capacityMwhr / 4 }, C]);
    expect(await reload()).toEqual({
      accepted: true,
      counts: { sites: NONE, assets: { added: 1, changed: 1, retired: 0, gone: 1 } },
      clamps: [
        { assetId: A.id, field: "socMwhr", from: A.capacityMwhr / 2, to: A.capacityMwhr / 4 },
      ],
    });
    expect(idsNow()).toEqual([A.id, C.id]);
    expect(lines.at(-1)).toEqual({
      level: "info",
      fields: {
        path: "fleet.yaml",
        sites: NONE,
        assets: { added: 1, changed: 1, retired: 0, gone: 1 },
        clamps: 1,
      },
      text: "fleet.yaml was read again",
    });
  });

  test("leaves the table as it is where it is the same", async () => {
    const { write, reload, table, lines } = fileFixture();
    const before = table();
    write([B, A]);
    expect(await reload()).toMatchObject({ counts: { sites: NONE, assets: NONE }, clamps: [] });
    expect(table()).toBe(before);
    expect(lines.map(({ text }) => text)).toEqual(["fleet.yaml was read again"]);
  });

  test("changes nothing where it has errors, and returns each with its place", async () => {
    const { write, reload, table, disk, warnings } = fileFixture();
    const before = table();
    write([A, C]);
    disk.text = disk.text
      ?.replace("efficiency", "colour")
      .replace(/max_mw: (?=\d+\n.*\n.*\n.*\n$)/, "max_mw: -");
    const result = await reload();
    expect(result).toMatchObject({ accepted: false, code: "FILE_INVALID" });
    expect(table()).toBe(before);
    const [first, ...lines] = warnings()[0]?.split("\n") ?? [];
    expect(first).toBe("fleet.yaml: the assets file has 3 errors: the fleet stays as it is");
    expect(lines).toEqual([
      "  fleet.yaml:7:5 assets[0].efficiency is missing: it must be a number",
      "  fleet.yaml:14:5 assets[0].colour is not a known key",
      expect.stringMatching(/^ {2}fleet\.yaml:19:5 assets\[1\]\.max_mw must be 0 to/),
    ]);
  });

  test("changes nothing where it cannot be read: the default fleet stays at a start only", async () => {
    const { reload, table, warnings } = fileFixture();
    const before = table();
    expect(await reload()).toEqual({
      accepted: false,
      code: "FILE_UNREADABLE",
      message: "the assets file cannot be read (ENOENT): the fleet stays as it is",
      errors: [],
    });
    expect(table()).toBe(before);
    expect(warnings()).toEqual([
      "fleet.yaml: the assets file cannot be read (ENOENT): the fleet stays as it is",
    ]);
  });

  test("is refused with the place where it names what came by the API", async () => {
    const { write, reload, change, table } = fileFixture();
    await change(registration(3));
    const before = table();
    write([A, B, C]);
    expect(await reload()).toMatchObject({
      code: "FILE_INVALID",
      errors: [{ line: 23, column: 5, message: expect.stringContaining("registered by the API") }],
    });
    expect(table()).toBe(before);
  });

  test("is refused where most of the fleet would go", async () => {
    const { write, reload, idsNow } = fileFixture({ mayPrune: false });
    write([C]);
    expect(await reload()).toMatchObject({ code: "PRUNE_REFUSED", errors: [] });
    expect(idsNow()).toEqual([A.id, B.id]);
  });

  test("takes the place of the default fleet", async () => {
    const { write, reload, idsNow, fleet } = fileFixture({ origin: "default", mayPrune: false });
    write([C]);
    expect(await reload()).toMatchObject({ counts: { assets: { added: 1, gone: 2 } } });
    expect(idsNow()).toEqual([C.id]);
    expect(fleet.origins().get(C.id)).toBe("file");
  });

  test("is read once the reload before it is over", async () => {
    const { write, fleetFile, disk, tick, clock, flushed, idsNow } = fileFixture();
    clock.advance(1_000);
    write([A, B, C]);
    const first = fleetFile.reload();
    const second = fleetFile.reload();
    await flushed();
    expect(disk.reads).toBe(1);
    write([A, C]);
    await tick();
    await tick();
    expect(await first).toMatchObject({ counts: { assets: { added: 1, gone: 0 } } });
    expect(await second).toMatchObject({ counts: { assets: { added: 0, gone: 1 } } });
    expect(idsNow()).toEqual([A.id, C.id]);
  });

  test("is read again after a reload that failed", async () => {
    let isMissing = true;
    const { write, fleetFile, reload, store } = withStore(() => isMissing);
    write([A, B, C]);
    await expect(fleetFile.reload()).rejects.toThrow("unavailable");
    isMissing = false;
    expect(await reload()).toMatchObject({ accepted: true });
    expect(store.puts).toBe(2);
  });

  test("is distinct from the fleet that runs, which is written as it is", async () => {
    const { fleetFile, change, table } = fileFixture();
    await change(registration(3), { kind: "retireAsset", assetId: C.id });
    const read = parseAssetsFile(fleetFile.text());
    expect(read).toMatchObject({ sites: [SITE], assets: [A, B, { ...C, retired: true }] });
    expect(fleetFile.text()).toBe(writeAssetsFile(table()));
  });
});

function withStore(isMissing: () => boolean) {
  const store = { puts: 0 };
  const fixture = fileFixture({
    store: {
      async put() {
        store.puts++;
        if (isMissing()) throw new Fault("STORE_UNAVAILABLE", "unavailable", { retryable: true });
      },
      prune: async () => {},
      statesOf: async () => new Map(),
    },
  });
  return { ...fixture, store };
}
