// The rules on the dispatch requests of clients, as every edge applies them.
import { expect, test } from "vitest";
import { createClients } from "../../../src/services/clients/clients.ts";
import { MOST_REQUESTS } from "../../../src/services/clients/request-rules.ts";
import type { Identities } from "../../../src/services/identity/identities.ts";
import { kernelUnderTest, TESTER } from "../../support/kernel-under-test.ts";

const request = { assetId: "a", mw: 1, durationS: null };
const { audited } = kernelUnderTest();
const clients = createClients({
  ...{ ...audited, chance: { newId: () => "new" } },
  identities: {} as Identities,
  versions: { list: async () => [] },
});
const client = clients(TESTER).dispatch;

test.each([0, MOST_REQUESTS + 1])("a list of %i requests is refused as a whole", async (count) => {
  const requests = Array.from({ length: count }, () => request);
  expect(await client.dispatchMany(requests)).toEqual({ count, most: MOST_REQUESTS });
});

test("a list of as many as may be is decided", async () => {
  const requests = Array.from({ length: MOST_REQUESTS }, () => request);
  expect(await client.dispatchMany(requests)).toHaveLength(MOST_REQUESTS);
});

test("a request id that an edge did not check is a bug", async () => {
  const unchecked = { ...request, requestId: "ä" };
  expect(() => client.dispatch(unchecked)).toThrow("bug");
  await expect(client.dispatchMany([unchecked])).rejects.toThrow("bug");
  await expect(client.dispatch({ ...request, requestId: "a 1" })).resolves.toBeDefined();
});
