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
    await expect.poll(async () => (await records(application)).length).toBe(4);
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
        expect.objectContaining({ outcome: "refused", code: "SETTING_CONFLICT", before: null }),
        expect.objectContaining({ outcome: "refused", code: "SETTING_VALUE_INVALID" }),
      ]),
    );
  }));
