// How long assets are limited: tick tables, and a fold of its own over random ones.

import { describe, expect, test } from "vitest";
import { createLimitedRuns } from "../../../src/domain/alarm/limited-runs.ts";
import { LIMIT } from "../../../src/domain/battery/limit.ts";
import type { FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import type { Frame } from "../../../src/domain/telemetry/frame.ts";
import fc from "../../support/fast-check.ts";
import { ASSET, tableOf } from "../../support/tick-tables.ts";

const OTHER_ID = ASSET.id.replace(/1$/, "2");
const [ONE, BOTH] = [tableOf({}), tableOf({}, { id: OTHER_ID })];
const [P, E, S, R, N] = [LIMIT.POWER, LIMIT.ENERGY, LIMIT.SITE, LIMIT.RAMP, LIMIT.NONE];

type Sample = readonly [limit: number, setpointMw: number];

const frameOf = (table: FleetTable, samples: readonly Sample[]) =>
  ({
    table,
    limit: Uint8Array.from(samples, ([limit]) => limit),
    setpointMw: Float64Array.from(samples, ([, setpointMw]) => setpointMw),
  }) as unknown as Frame;

/** What became of runs of three samples, a text for each frame. */
function outcomes(frames: readonly Frame[], begunIds: readonly string[] = []) {
  const runs = createLimitedRuns(({ assets }) => new Uint32Array(assets.length).fill(3), begunIds);
  return frames.map((frame) => {
    const { begun, endedIds } = runs.read(frame) ?? { begun: [], endedIds: [] };
    const begunIds = begun.map((index) => frame.table.assets[index]?.id ?? "");
    const seen = [...begunIds.map((id) => [id, "+"]), ...endedIds.map((id) => [id, "-"])];
    return seen
      .map(([id = "", sign]) => `${sign}${id.slice(-1)}`)
      .sort((a, b) => a.slice(1).localeCompare(b.slice(1)))
      .join(" ");
  });
}

const ofOne = (...samples: Sample[]) => samples.map((sample) => frameOf(ONE, [sample]));

describe("a run of samples that are limited", () => {
  test.each<[string, Sample[], string[]]>([
    [
      "begins at the third, whichever limits",
      [
        [P, 1],
        [E, -1],
        [S, 1],
        [S, 1],
      ],
      ["", "", "+1", ""],
    ],
    [
      "ends at the first that is not",
      [
        [E, 1],
        [E, 1],
        [E, 1],
        [N, 1],
        [E, 1],
      ],
      ["", "", "+1", "-1", ""],
    ],
    [
      "does not begin past a break",
      [
        [E, 1],
        [E, 1],
        [N, 1],
        [E, 1],
        [E, 1],
      ],
      ["", "", "", "", ""],
    ],
    [
      "does not count a ramp",
      [
        [E, 1],
        [E, 1],
        [R, 1],
        [E, 1],
        [E, 1],
      ],
      ["", "", "", "", ""],
    ],
    [
      "does not count a setpoint of 0",
      [
        [E, 1],
        [E, 1],
        [E, 0],
        [E, 1],
        [E, 1],
      ],
      ["", "", "", "", ""],
    ],
    [
      "ends with a setpoint of 0",
      [
        [P, 1],
        [P, 1],
        [P, 1],
        [P, 0],
      ],
      ["", "", "+1", "-1"],
    ],
  ])("%s", (_, samples, expected) => {
    expect(outcomes(ofOne(...samples))).toEqual(expected);
  });

  test("stays with its asset in another table, and ends where the asset leaves", () => {
    const limited: Sample = [E, 1];
    expect(
      outcomes([
        frameOf(ONE, [limited]),
        frameOf(BOTH, [limited, limited]),
        frameOf(BOTH, [limited, limited]),
        frameOf(BOTH, [limited, limited]),
        frameOf(tableOf({ id: OTHER_ID }), [limited]),
        frameOf(tableOf({ id: OTHER_ID }), [[N, 1]]),
      ]),
    ).toEqual(["", "", "+1", "+2", "-1", "-2"]);
  });

  test("that began before the first frame does not begin again, and ends as any", () => {
    const begun = [ASSET.id, OTHER_ID];
    expect(outcomes(ofOne([E, 1], [E, 1], [E, 1], [E, 1], [N, 1]), begun)).toEqual([
      ...["-2", "", "", "", "-1"],
    ]);
  });

  test("begins and ends as a fold over its own samples does", () => {
    const sample = fc.tuple(fc.constantFrom(N, R, P, E, S), fc.constantFrom(0, 1, -1));
    fc.assert(
      fc.property(fc.array(fc.tuple(sample, sample), { maxLength: 60 }), (rows) => {
        const runs = rows.map((pair) =>
          pair.map(([limit, mw]) => limit !== N && limit !== R && mw !== 0),
        );
        const expected = runs.map((_, n) => {
          const inRow = (asset: number, end: number) =>
            runs.slice(0, end).reduce((sum, pair) => (pair[asset] ? sum + 1 : 0), 0);
          return [0, 1]
            .flatMap((asset) => {
              const [before, after] = [inRow(asset, n), inRow(asset, n + 1)];
              if (after === 3) return [`+${asset + 1}`];
              return before >= 3 && after === 0 ? [`-${asset + 1}`] : [];
            })
            .join(" ");
        });
        expect(outcomes(rows.map((pair) => frameOf(BOTH, pair)))).toEqual(expected);
      }),
    );
  });
});
