// Forecasts of assets and sites, over GraphQL and REST.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { createGraphClient, type GraphClient } from "../../support/graph-client.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

let application: ApplicationUnderTest;
let graph: GraphClient;
beforeEach(async () => {
  application = await startApplication();
  graph = createGraphClient(application);
});
afterEach(async () => {
  await graph.close();
  await application.stop();
});

/** The instant so many seconds after the start, as it is written. */
const at = (afterS: number) => new Date(START_MS + afterS * 1000).toISOString();

async function forecastOf(args: string) {
  const { data, errors } = await graph.call(
    `{ asset(id: "${ASSET}") { forecast(${args}) { timestamp mw socMwhr limitedBy dispatchId } } }`,
  );
  expect(errors).toBeUndefined();
  return data.asset.forecast;
}

async function dispatch(mw: number, durationS: number, more = "") {
  const { data } = await graph.call(
    `mutation { dispatch(input: { assetId: "${ASSET}", mw: ${mw}, durationS: ${durationS} ${more} }) {
      ... on DispatchAccepted { dispatch { id } } ... on DispatchRefused { message } } }`,
  );
  return data.dispatch.dispatch.id as string;
}

describe("the forecast of an asset", () => {
  test("begins now, and follows the dispatch in force, its ramps and its end", async () => {
    const id = await dispatch(5, 12);
    const points = await forecastOf(`until: "${at(20)}", stepS: 4`);
    expect(points.map(({ mw }: { mw: number }) => mw)).toEqual([0, 2, 4, 5, 3, 1]);
    expect(points.map(({ dispatchId }: { dispatchId: string }) => dispatchId)).toEqual([
      ...[id, id, id, id],
      ...[null, null],
    ]);
    expect(points.map(({ limitedBy }: { limitedBy: string }) => limitedBy)).toEqual([
      ...[null, "RAMP", "RAMP", null],
      ...["RAMP", "RAMP"],
    ]);
    expect(points[0]).toEqual({
      ...{ timestamp: at(0), mw: 0, socMwhr: 18, limitedBy: null, dispatchId: id },
    });
    expect(points[5].timestamp).toBe(at(20));
    expect(points[5].socMwhr).toBeCloseTo(18 - (15 * 4) / 3600 / 0.92, 12);
  });
});
