// Which assets a request means while they come and go.
import { graphql } from "graphql";
import { expect, test } from "vitest";
import type { GraphContext } from "../../../src/api/graphql/base/builder.ts";
import { readChoice, readSelection } from "../../../src/api/graphql/base/selection.ts";
import { schema } from "../../../src/api/graphql/schema.ts";
import { selectionProblem } from "../../../src/api/rest/base/selection.ts";
import { choiceOf } from "../../../src/api/stream/selection.ts";
import { createFleetTable, type FleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { WHOLE } from "../../../src/domain/identity/scope.ts";
import { bigAssetId } from "../../support/big-fleet.ts";
import { clientTelemetry } from "../../support/client-telemetry.ts";
import { dispatchOf } from "../../support/dispatches.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import { SITE, tableOf } from "../../support/tick-tables.ts";

const [A, B, C] = [bigAssetId(1), bigAssetId(2), bigAssetId(3)];
const CLOSED = {
  ...SITE,
  id: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02",
  name: "Imatra",
  retired: true,
};
const LIMITS = { maxListIds: 10 };
/** A is retired, and its site as well; B runs. */
const table = createFleetTable(
  [SITE, CLOSED],
  [assetOf(1, { siteId: CLOSED.id, retired: true }), assetOf(2)],
);

test("events are chosen by the fleet as it is when they come", () => {
  let now: FleetTable = tableOf({ id: A });
  const chosen = (selection: Parameters<typeof choiceOf>[1]) => {
    const isChosen = choiceOf({ table: () => now, visible: WHOLE }, selection);
    return () => [A, B, C].filter(isChosen);
  };
  const [all, ofSite, named] = [{}, { siteIds: [SITE.id.toUpperCase()] }, { assetIds: [C] }].map(
    chosen,
  );
  const inGraph = readChoice(
    clientTelemetry(() => now),
    {},
    LIMITS,
  );
  expect([all?.(), ofSite?.(), named?.()]).toEqual([[A, B, C], [A], [C]]);
  expect([A, B, C].filter(inGraph)).toEqual([A]);
  now = tableOf({ id: A, retired: true }, { id: B });
  expect([all?.(), ofSite?.(), named?.()]).toEqual([[A, B, C], [A, B], [C]]);
  expect([A, B, C].filter(inGraph)).toEqual([A, B]);
});

test.each([
  ["an asset", { assetIds: [B, A] }, { asset_id: [B, A] }, "ASSET_RETIRED"],
  ["a site", { siteIds: [SITE.id, CLOSED.id] }, { site_id: [SITE.id, CLOSED.id] }, "SITE"],
])(
  "%s that is retired is refused in a new stream, and accepted in a resumed one",
  (_, selection, query, code) => {
    const read = (isResumed: boolean) =>
      readSelection(
        clientTelemetry(() => table),
        selection,
        LIMITS,
        isResumed,
      );
    expect(() => read(false)).toThrow("is retired");
    expect(read(true).select(table)).toEqual([0]);
    const refused = selectionProblem(
      { asset_id: undefined, site_id: undefined, ...query },
      table,
      LIMITS,
      false,
    );
    expect(refused?.code).toContain(code);
    expect(
      selectionProblem({ asset_id: undefined, site_id: undefined, ...query }, table, LIMITS, true),
    ).toBeUndefined();
  },
);

/** A context of just what the operation reads: to make the rest would start a server. */
const contextOf = (services: object) => ({ services }) as GraphContext;

test("an asset that left the file is found while frames of it are sent, and is then an error", async () => {
  const gone = createFleetTable(
    [{ ...CLOSED, retired: false }],
    [assetOf(3, { siteId: CLOSED.id })],
  );
  const dispatch = { find: async () => dispatchOf({ assetId: C }) };
  const source = `{ dispatch(id: "${A}") { asset { name location site { name } } } }`;
  const call = (...recent: FleetTable[]) => {
    const telemetry = clientTelemetry(() => tableOf({ id: B }), recent);
    return graphql({ schema, source, contextValue: contextOf({ dispatch, telemetry }) });
  };
  const { data } = await call(gone, tableOf({ id: A }));
  const asset = { name: "BESS-3", location: CLOSED.location, site: { name: CLOSED.name } };
  expect(data?.dispatch).toEqual({ asset });
  const { errors } = await call(tableOf({ id: A }));
  expect(errors).toMatchObject([{ extensions: { code: "ASSET_UNKNOWN" } }]);
});

test("the site of an asset that has left the file is an error", async () => {
  const gone = { findAsset: () => assetOf(1), findSite: () => undefined };
  const telemetry = clientTelemetry(() => gone as unknown as FleetTable);
  const source = `{ asset(id: "${A}") { site { id } } }`;
  const { errors } = await graphql({ schema, source, contextValue: contextOf({ telemetry }) });
  expect(errors).toMatchObject([{ extensions: { code: "SITE_UNKNOWN" } }]);
});
