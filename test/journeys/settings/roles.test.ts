// Who may read and change which settings.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Role } from "../../../src/domain/identity/role.ts";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
import type { Json } from "../../support/json.ts";
import { ASSET, SITE } from "../../support/rest-under-test.ts";

const OTHER_SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c02";
const ID = "asset_limited_s";

type Client = ReturnType<typeof clientWith>;

let application: ApplicationUnderTest;
let admin: Client;
beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN });
  admin = clientWith(application, ADMIN_TOKEN);
});
afterAll(() => application.stop());

const clientOf = async (name: string, role: Role, part = {}) =>
  clientWith(application, await makeToken(application, name, role, part));
const put = (client: Client, scope: string, value: Json, version = 0) =>
  client.send(
    ...(["PUT", `/settings/${ID}?scope=${scope}`, { value, reason: "a test" }] as const),
    { "if-match": `"${version}"` },
  );
const outcome = async (sent: ReturnType<typeof put>) => {
  const { status, body } = await sent;
  return [status, body.code ?? body.change?.version];
};

test.each<Role>(["viewer", "operator"])("a %s neither reads nor changes settings", async (role) => {
  const client = await clientOf(`${role}-1`, role);
  expect((await client.send("GET", "/settings")).body.code).toBe("FORBIDDEN");
  expect(await outcome(put(client, "platform", 5))).toEqual([403, "FORBIDDEN"]);
  const { errors } = await client.graph("{ settings { id } }");
  expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("a trader has the settings of flows alone", async () => {
  const client = await clientOf("trader-1", "trader");
  // No setting has a value for flows yet.
  for (const query of ["", "?scope=flow:day_ahead"])
    expect(await client.get(`/settings${query}`)).toEqual({ settings: [] });
  expect((await client.send("GET", `/settings/${ID}`)).body.code).toBe("SETTING_UNKNOWN");
  expect(await outcome(put(client, "platform", 5))).toEqual([403, "FORBIDDEN"]);
  expect(await outcome(put(client, `site:${SITE}`, 5))).toEqual([403, "FORBIDDEN"]);
  expect(await outcome(put(client, "flow:day_ahead", 5))).toEqual([422, "SETTING_SCOPE_INVALID"]);
});

test("an admin of a site has the scopes of it and of its assets; others do not exist for it", async () => {
  const client = await clientOf("site-admin", "admin", { site_ids: [SITE] });
  const { settings: inherited } = await client.get("/settings");
  expect(inherited.map(({ id }: Json) => id)).toEqual([ID]);
  expect((await client.send("GET", "/settings/max_sockets")).body.code).toBe("SETTING_UNKNOWN");
  expect(await outcome(put(client, "platform", 5))).toEqual([403, "FORBIDDEN"]);
  expect(await outcome(put(client, `site:${OTHER_SITE}`, 5))).toEqual([404, "SITE_UNKNOWN"]);
  expect(await outcome(put(admin, `site:${OTHER_SITE}`, 5))).toEqual([200, 1]);
  expect((await client.send("GET", `/settings?scope=site:${OTHER_SITE}`)).body.code).toBe(
    "SITE_UNKNOWN",
  );
  expect(await outcome(put(client, `site:${SITE}`, 50))).toEqual([200, 1]);
  expect(await outcome(put(client, `asset:${ASSET}`, 60))).toEqual([200, 1]);
  const { settings } = await client.get(`/settings?scope=asset:${ASSET}`);
  expect(settings).toMatchObject([{ id: ID, value: 60, in_force_scope: `asset:${ASSET}` }]);
});

test("an admin of one asset has its scope alone", async () => {
  const client = await clientOf("asset-admin", "admin", { asset_ids: [ASSET] });
  expect(await outcome(put(client, `site:${SITE}`, 5, 1))).toEqual([403, "FORBIDDEN"]);
  expect(await outcome(put(client, `asset:${ASSET}`, 61, 1))).toEqual([200, 2]);
});
