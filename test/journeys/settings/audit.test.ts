// What the audit log has of settings: each change with before and after, and each refused attempt.
import { expect, test } from "vitest";
import type { Json } from "../../support/json.ts";
import { type RestApplication, within } from "../../support/rest-under-test.ts";

const ID = "asset_limited_s";
const SCOPE = "asset:8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
const TARGET = `setting:${ID}/${SCOPE}`;

async function records({ get, clock }: RestApplication): Promise<Json[]> {
  clock.advance(1_000);
  return (await get(`/audit_logs?target=${encodeURIComponent(TARGET)}`)).records;
}

test("the audit log has each change with before and after, and each refused attempt", () =>
  within(async (application) => {
    const { call } = application;
    const path = `/settings/${ID}?scope=${SCOPE}`;
    const put = (value: number, version: number, more = "") =>
      call("PUT", `${path}${more}`, { value, reason: "a test" }, { "if-match": `"${version}"` });
    await put(30, 0);
    await put(31, 0);
    await put(-1, 1);
    await call("DELETE", `${path}&reason=done`, undefined, { "if-match": '"1"' });
    expect((await put(77, 2, "&dry_run=true")).status).toBe(200);
    const rollback = path.replace("?", "/rollback?");
    await call("POST", rollback, { to_version: 9 }, { "if-match": '"2"' });
    await expect.poll(async () => (await records(application)).length).toBe(5);
    const found = (await records(application)).map(
      ({ action, outcome, code, before, after, reason }) => ({
        ...{ action, outcome, code, before, after, reason },
      }),
    );
    const inherited = { value: 3600, is_inherited: true };
    expect(found).toEqual(
      expect.arrayContaining([
        {
          ...{ action: "setting.change", outcome: "done", code: null, reason: "a test" },
          before: { version: 0, ...inherited },
          after: { version: 1, value: 30, is_inherited: false },
        },
        {
          ...{ action: "setting.reset", outcome: "done", code: null, reason: "done" },
          before: { version: 1, value: 30, is_inherited: false },
          after: { version: 2, ...inherited },
        },
        expect.objectContaining({
          ...{ outcome: "refused", code: "SETTING_CONFLICT", before: null },
          after: { value: 31, expected_version: 0, reason: "a test" },
        }),
        expect.objectContaining({
          ...{ outcome: "refused", code: "SETTING_VALUE_INVALID" },
          after: { value: -1, expected_version: 1, reason: "a test" },
        }),
        expect.objectContaining({
          ...{ action: "setting.rollback", code: "SETTING_VERSION_UNKNOWN" },
          after: { to_version: 9, expected_version: 2 },
        }),
      ]),
    );
  }));

test("a scope that is refused has what was requested of it", () =>
  within(async (application) => {
    const { call, get, clock } = application;
    await call("PUT", `/settings/${ID}?scope=hall`, { value: 5 }, { "if-match": '"0"' });
    const target = encodeURIComponent(`setting:${ID}/hall`);
    const listed = async () => {
      clock.advance(1_000);
      return (await get(`/audit_logs?target=${target}`)).records as Json[];
    };
    await expect.poll(async () => (await listed()).length).toBe(1);
    expect((await listed())[0].after).toEqual({ value: 5, expected_version: 0 });
  }));

test("a history has no token that was written as a reason", () =>
  within(async ({ call, get }) => {
    const token = `mando_${"x".repeat(43)}`;
    const body = { value: 30, reason: `of ${token}` };
    const put = await call("PUT", `/settings/${ID}`, body, { "if-match": '"0"' });
    expect(put.status).toBe(200);
    const { versions } = await get(`/settings/${ID}/history`);
    expect(versions[0].reason).toBe("of [a token]");
  }));
