// The rules on history queries, as every edge applies them.
import { expect, test } from "vitest";
import { everywhere } from "../../../src/domain/identity/principal.ts";
import { createClientHistory } from "../../../src/services/clients/client-history.ts";
import { rightsOf } from "../../../src/services/clients/rights.ts";
import type { HistoryService } from "../../../src/services/telemetry/history.ts";
import { clientTelemetry } from "../../support/client-telemetry.ts";
import { tableOf } from "../../support/tick-tables.ts";

async function* onePage() {
  yield [];
}

function queriesUnderTest() {
  const queried: unknown[] = [];
  const history: HistoryService = {
    async samples(...given) {
      queried.push(given);
      return [];
    },
    samplePages(...given) {
      queried.push(given);
      return onePage();
    },
    rowsOf: () => 0,
    async steps(...given) {
      queried.push(given);
      return [];
    },
    refuse: ({ stepS }) =>
      stepS < 1 ? { code: "BAD_INPUT", field: "stepS", message: "" } : undefined,
  };
  const rights = rightsOf({ grants: [everywhere("viewer")] });
  const telemetry = clientTelemetry(() => tableOf({ id: "a" }));
  return { queried, queries: createClientHistory(history, telemetry, rights) };
}

const RANGE = { limit: 10, fromMs: 2_000, untilMs: 1_000 };
const FLEET = { kind: "fleet" } as const;

test("samples of a range that ends before it begins are refused", async () => {
  const { queried, queries } = queriesUnderTest();
  expect(await queries.samples("a", RANGE)).toMatchObject({ code: "BAD_INPUT", field: "untilMs" });
  expect(queries.samplePages("a", RANGE)).toMatchObject({ code: "BAD_INPUT", field: "untilMs" });
  expect(queried).toEqual([]);
});

test("a page of samples ends before the page before it", async () => {
  const { queried, queries } = queriesUnderTest();
  await queries.samples("a", { ...RANGE, untilMs: 9_000 }, 5_000);
  expect(queried).toEqual([["a", { ...RANGE, untilMs: 5_000 }]]);
});

test("steps that the history refuses are not read", async () => {
  const { queried, queries } = queriesUnderTest();
  const range = { fromMs: 0, untilMs: 10_000, stepS: 0 };
  expect(await queries.steps(FLEET, range)).toMatchObject({ field: "stepS" });
  expect(queried).toEqual([]);
});

test("a page of steps has as many as are requested, from where the page before it ended", async () => {
  const { queried, queries } = queriesUnderTest();
  const range = { fromMs: 0, untilMs: 10_000, stepS: 1 };
  await queries.steps(FLEET, range, { most: 2, nextMs: 4_000 });
  await queries.steps(FLEET, range, { most: 2, nextMs: 10_000 });
  expect(queried).toEqual([[FLEET, { fromMs: 4_000, untilMs: 6_000, stepS: 1 }]]);
});
