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

test("a change needs the version that it is based on, and a conflict has the change of the other", () =>
  within(async (application) => {
    const { call } = application;
    const path = "/settings/max_list_ids";
    expect(await call("PUT", path, { value: 5 })).toMatchObject({
      ...{ status: 428, body: { code: "VERSION_REQUIRED", field: "if-match" } },
    });
    for (const header of ["*", "1", 'W/"a"', '"a"', '"0", "1"', '"-1"', ""])
      expect(await call("PUT", path, { value: 5 }, { "if-match": header }), header).toMatchObject({
        ...{ status: 400, body: { code: "BAD_INPUT", field: "if-match" } },
      });
    expect((await put(application, "max_list_ids", 5, 0, { reason: "mine" })).status).toBe(200);
    expect(await put(application, "max_list_ids", 6, 0)).toMatchObject({
      status: 409,
      body: {
        ...{ code: "SETTING_CONFLICT", field: "if-match" },
        current: { version: 1, value: 5, reason: "mine", changed_by: "anonymous" },
      },
    });
    const large = { "if-match": '"2147483648"' };
    expect((await call("PUT", path, { value: 5 }, large)).status).toBe(409);
    const read = await fetch(application.url + path);
    expect(read.headers.get("etag")).toBe('"1"');
    const weak = { "if-match": 'W/"1"' };
    expect((await call("PUT", `${path}?dry_run=true`, { value: 6 }, weak)).status).toBe(200);
    const most = { reason: "🔋".repeat(500) };
    expect((await put(application, "max_list_ids", 6, 1, most)).status).toBe(200);
    expect(await put(application, "max_sockets", 6, 3)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("expect 0") },
    });
  }));

test("a dry run changes nothing, and says what would change", () =>
  within(async (application) => {
    const { call, get } = application;
    const path = `/settings/asset_limited_s?dry_run=true`;
    const preview = await call("PUT", path, { value: 60 }, { "if-match": '"0"' });
    expect(preview).toMatchObject({
      status: 200,
      body: { value: 60, effect_count: 4, setting: { value: 3600, version: 0 }, note: null },
    });
    expect(preview.body.effects[0]).toEqual({ scope: "platform", before: 3600, after: 60 });
    expect(preview.body.setting.takes_effect).toMatch(/^at the next tick/);
    expect(await get("/settings/asset_limited_s")).toMatchObject({ value: 3600, version: 0 });
    expect(await call("PUT", path, { value: 60 }, { "if-match": '"7"' })).toMatchObject({
      ...{ status: 409, body: { code: "SETTING_CONFLICT" } },
    });
    expect(
      await call("PUT", "/settings/max_sockets?dry_run=true", { value: 1 }, { "if-match": '"0"' }),
    ).toMatchObject({ body: { effects: [{ scope: "platform", before: 10_000, after: 1 }] } });
  }));

test.each([
  ["GET", "/settings/none", undefined, 404, "SETTING_UNKNOWN"],
  ["GET", "/settings?scope=fleet", undefined, 422, "SETTING_SCOPE_INVALID"],
  ["GET", `/settings?scope=asset:${UNKNOWN_ID}`, undefined, 404, "ASSET_UNKNOWN"],
  ["GET", `/settings/max_sockets?scope=asset:${ASSET}`, undefined, 422, "SETTING_SCOPE_INVALID"],
  ["GET", "/settings?as_of=soon", undefined, 400, "BAD_INPUT"],
  ["GET", "/settings/max_sockets/history?after=x", undefined, 400, "BAD_CURSOR"],
  ["PUT", "/settings/max_sockets", { value: 0 }, 422, "SETTING_VALUE_INVALID"],
  ["PUT", "/settings/max_sockets", {}, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, reason: "a\nb" }, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, reason: "" }, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, reason: "  " }, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, reason: "a\u2028b" }, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, reason: "\u202egnp.exe" }, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, reason: "🔋".repeat(501) }, 400, "BAD_INPUT"],
  ["PUT", "/settings/max_sockets", { value: 5, because: "x" }, 400, "BAD_INPUT"],
  ["PUT", `/settings/${"x".repeat(300)}`, { value: 5 }, 404, "SETTING_UNKNOWN"],
  ["POST", "/settings/max_sockets/rollback", { to_version: 1 }, 404, "SETTING_VERSION_UNKNOWN"],
  ["POST", "/settings/max_sockets/rollback", { to_version: 0 }, 400, "BAD_INPUT"],
] as const)("%s %s with %j is refused", (method, path, body, status, code) =>
  within(async ({ call }) => {
    const found = await call(method, path, body, { "if-match": '"0"' });
    expect([found.status, found.body.code]).toEqual([status, code]);
  }),
);
