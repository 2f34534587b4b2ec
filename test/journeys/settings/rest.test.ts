// Settings over REST, in an application without a database.
import { expect, test } from "vitest";
import { ASSET, type RestApplication, UNKNOWN_ID, within } from "../../support/rest-under-test.ts";

const put = (
  { call }: RestApplication,
  id: string,
  value: unknown,
  version: number,
  { query = "", reason }: { readonly query?: string; readonly reason?: string } = {},
) => call("PUT", `/settings/${id}${query}`, { value, reason }, { "if-match": `"${version}"` });

test("a setting is read, changed, reset and rolled back, each as a new version", () =>
  within(async (application) => {
    const { get, call } = application;
    const { settings } = await get("/settings");
    expect(settings.find(({ id }: { id: string }) => id === "max_list_ids")).toMatchObject({
      value: 1000,
      default: 1000,
      unit: null,
      version: 0,
      in_force_scope: null,
      is_overridden_by: null,
      json_schema: { type: "integer", minimum: 1, maximum: 1_000_000 },
    });
    const changed = await put(application, "max_list_ids", 1, 0, { reason: "a test" });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        setting: { value: 1, version: 1, in_force_scope: "platform", in_force_version: 1 },
        change: {
          version: 1,
          value: 1,
          is_reset: false,
          reason: "a test",
          changed_by: "anonymous",
        },
        note: null,
      },
    });
    const ids = `/telemetry/stream?asset_id=${ASSET}&asset_id=${UNKNOWN_ID}`;
    expect(await call("GET", ids)).toMatchObject({ status: 400, body: { code: "TOO_MANY_IDS" } });
    const reset = await call("DELETE", "/settings/max_list_ids", undefined, { "if-match": '"1"' });
    expect(reset).toMatchObject({
      status: 200,
      body: { setting: { value: 1000, version: 2 }, change: { is_reset: true, value: 1000 } },
    });
    const back = await call(
      ...(["POST", "/settings/max_list_ids/rollback", { to_version: 1 }] as const),
      { "if-match": '"2"' },
    );
    expect(back).toMatchObject({ status: 200, body: { setting: { value: 1, version: 3 } } });
    const { versions, next } = await get("/settings/max_list_ids/history?limit=2");
    expect(versions.map((it: { version: number }) => it.version)).toEqual([3, 2]);
    expect(await get(`/settings/max_list_ids/history?limit=2&after=${next}`)).toMatchObject({
      versions: [{ version: 1, value: 1 }],
      next: null,
    });
  }));
