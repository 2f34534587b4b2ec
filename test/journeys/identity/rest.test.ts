// Named tokens and role rules over REST, in an application without a database.
import { expect, test } from "vitest";
import { type RestApplication, SITE, within } from "../../support/rest-under-test.ts";

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const make = (call: RestApplication["call"], name: string, role: string, more = {}, headers = {}) =>
  call("POST", "/tokens", { name, role, ...more }, headers);

test("the first token is made without one, and is needed from then on", () =>
  within(async ({ call, get }) => {
    expect(await get("/sign_in")).toEqual({
      ...{ mode: "open", issuer: null, client_id: null, scope: null },
    });
    expect(await get("/viewer")).toEqual({
      ...{ id: "anonymous", name: null, expires_at: null },
      roles: [{ role: "admin", site_ids: null, asset_ids: null, path_prefixes: null }],
    });
    expect(await make(call, "ci", "viewer")).toMatchObject({
      status: 409,
      body: { code: "LAST_ADMIN", field: "role" },
    });
    const { status, body } = await make(call, "anna", "admin");
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{
        name: "anna",
        role: "admin",
        site_ids: null,
        asset_ids: null,
        path_prefixes: null,
        made_by: "anonymous",
      },
      made_at: expect.stringMatching(/^2026-/),
      token: expect.stringMatching(/^mando_[\w-]{43}$/),
    });
    expect(await get("/sign_in")).toMatchObject({ mode: "token" });
    expect(await call("GET", "/tokens")).toMatchObject({
      status: 401,
      body: { code: "UNAUTHORIZED" },
    });
    const known = bearer(body.token);
    const { token: _, ...listed } = body;
    expect(await call("GET", "/tokens", undefined, known)).toEqual({
      status: 200,
      body: { tokens: [listed] },
    });
    expect(await call("GET", "/viewer", undefined, known)).toMatchObject({
      body: { id: "token:anna", name: "anna" },
    });
    expect(await call("GET", "/viewer", undefined, bearer("mando_x"))).toMatchObject({
      status: 401,
      body: { code: "UNAUTHORIZED" },
    });
    expect(await call("DELETE", "/tokens/anna", undefined, known)).toMatchObject({
      status: 409,
      body: { code: "LAST_ADMIN" },
    });
  }));

test("a token is for some sites, has a name of its own, and is withdrawn at once", () =>
  within(async ({ call }) => {
    const { body: anna } = await make(call, "anna", "admin");
    const admin = bearer(anna.token);
    const { body: ci } = await make(call, "ci", "operator", { site_ids: [SITE] }, admin);
    expect(await call("GET", "/viewer", undefined, bearer(ci.token))).toMatchObject({
      body: {
        roles: [{ role: "operator", site_ids: [SITE], asset_ids: null, path_prefixes: null }],
      },
    });
    expect(await make(call, "x", "viewer", {}, bearer(ci.token))).toMatchObject({ status: 403 });
    expect(await make(call, "ci", "viewer", {}, admin)).toMatchObject({
      status: 409,
      body: { code: "TOKEN_EXISTS", field: "name" },
    });
    expect(await make(call, "a b", "viewer", {}, admin)).toMatchObject({
      status: 422,
      body: { code: "TOKEN_INVALID", field: "name" },
    });
    expect(await call("DELETE", "/tokens/ci", undefined, admin)).toMatchObject({ status: 200 });
    expect(await call("GET", "/viewer", undefined, bearer(ci.token))).toMatchObject({
      status: 401,
    });
    expect(await call("DELETE", "/tokens/ci", undefined, admin)).toMatchObject({
      status: 404,
      body: { code: "TOKEN_UNKNOWN" },
    });
  }));

test("role rules are added, listed and removed", () =>
  within(async ({ call, get }) => {
    const rule = { claim: "roles", equals: "traders", role: "trader" };
    const { status, body } = await call("POST", "/role_rules", rule);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...rule,
      site_ids: null,
      asset_ids: null,
      path_prefixes: null,
      added_by: "anonymous",
    });
    expect(await get("/role_rules")).toEqual({ role_rules: [body] });
    expect(await call("POST", "/role_rules", { ...rule, claim: "" })).toMatchObject({
      status: 422,
      body: { code: "ROLE_RULE_INVALID", field: "claim" },
    });
    expect(await call("DELETE", `/role_rules/${body.id}`)).toMatchObject({ status: 200, body });
    expect(await call("DELETE", `/role_rules/${body.id}`)).toMatchObject({
      status: 404,
      body: { code: "ROLE_RULE_UNKNOWN" },
    });
    expect(await get("/role_rules")).toEqual({ role_rules: [] });
  }));
