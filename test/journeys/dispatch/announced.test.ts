// What is read over REST and GraphQL is never behind what was announced, and energy delivered moves with the ticks.
import { expect, test } from "vitest";
import { ASSET, within } from "../../support/rest-under-test.ts";

const FIELDS = "id status deliveredMwhr events { to }";

test("a running dispatch shows tick by tick what it has delivered, in queries and lists", () =>
  within(async ({ call, get, tick }) => {
    const { body } = await call("POST", "/dispatch", { asset_id: ASSET, mw: 2, duration_s: 16 });
    const query = `query ($id: ID!) { dispatch(id: $id) { ${FIELDS} }
      dispatches(first: 1) { nodes { ${FIELDS} } }
      asset(id: "${ASSET}") { dispatches(first: 1) { nodes { ${FIELDS} } } } }`;
    for (let count = 1; count <= 5; count++) {
      tick(1);
      const deliveredMwhr = (Math.min(count, 4) * 2 * 4) / 3600;
      const { data } = (await call("POST", "/graphql", { query, variables: { id: body.id } })).body;
      const own = data.dispatch;
      expect(own.deliveredMwhr).toBeCloseTo(deliveredMwhr, 12);
      expect(own.events.at(-1).to).toBe(own.status);
      expect(data.dispatches.nodes).toEqual([own]);
      expect(data.asset.dispatches.nodes).toEqual([own]);
      const one = await get(`/dispatch/${body.id}`);
      expect(one.delivered_mwhr).toBe(own.deliveredMwhr);
      expect(one.events.at(-1).to).toBe(one.status);
      const { dispatches } = await get("/dispatches");
      expect(dispatches[0].delivered_mwhr).toBe(own.deliveredMwhr);
    }
  }));
