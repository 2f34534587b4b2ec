// What is granted by the claims of a token.
import { describe, expect, test } from "vitest";
import { grantsOf, valuesOf } from "../../../src/domain/identity/claim-grants.ts";
import { entraTenantOf } from "../../../src/domain/identity/issuer.ts";
import { requiredScopesOf } from "../../../src/domain/identity/oidc-claims.ts";
import { everywhere } from "../../../src/domain/identity/principal.ts";
import { readAdminRules } from "../../../src/domain/identity/role-rule.ts";

const rule = (claim: string, equals: string) => ({ claim, equals, ...everywhere("viewer") });
const isGranted = (claims: object, claim: string, equals: string) =>
  grantsOf(claims as never, [rule(claim, equals)]).grants.length === 1;

describe("a role rule", () => {
  test.each([
    [{ role: "a" }, "role", "a", true],
    [{ role: "a b" }, "role", "a", false],
    [{ role: "A" }, "role", "a", false],
    [{ roles: ["b", "a"] }, "roles", "a", true],
    [{ roles: ["b", ["a"], { a: 1 }, 5] }, "roles", "a", false],
    [{ roles: [5] }, "roles", "5", false],
    [{ roles: true }, "roles", "true", false],
    [{ roles: { a: "a" } }, "roles", "a", false],
    [{ scp: "x a  y" }, "scp", "a", true],
    [{ scope: "x a" }, "scope", "a", true],
    [{ scope: ["x", "a"] }, "scope", "a", true],
    [{ scp: "x a" }, "scp", "", false],
    [{ "realm.roles": ["a"] }, "realm.roles", "a", true],
    [{ realm: { roles: ["a"] } }, "realm.roles", "a", true],
    [{ "realm.roles": ["b"], realm: { roles: ["a"] } }, "realm.roles", "a", false],
    [{ realm: null }, "realm.roles", "a", false],
    [{ realm: "roles" }, "realm.length", "5", false],
    [{}, "__proto__.constructor.name", "Object", false],
    [{ "https://a.example/roles": ["a"] }, "https://a.example/roles", "a", true],
    [{}, "roles", "a", false],
  ])("of %o by %s = %j is %s %s", (claims, claim, equals, expected) => {
    expect(isGranted(claims, claim, equals)).toBe(expected);
  });

  test("grants beside the others that apply", () => {
    const rules = [
      { ...rule("roles", "a"), role: "trader", siteIds: ["s"] } as const,
      rule("roles", "b"),
      rule("roles", "c"),
    ];
    expect(grantsOf({ roles: ["b", "a"] }, rules).grants).toEqual([
      { role: "trader", siteIds: ["s"], assetIds: null, pathPrefixes: null },
      everywhere("viewer"),
    ]);
  });
});

describe("groups that Entra ID left out", () => {
  const groups = rule("groups", "g");
  test.each([
    [{ _claim_names: { groups: "src1" } }, true],
    [{ hasgroups: true }, true],
    [{ hasgroups: "true" }, true],
    [{ hasgroups: false }, false],
    [{ _claim_names: { other: "src1" } }, false],
    [{ groups: ["x"] }, false],
  ])("are noticed where a rule needs them: %o", (claims, expected) => {
    expect(grantsOf(claims, [groups]).isOverage).toBe(expected);
    expect(grantsOf(claims, [rule("roles", "a")]).isOverage).toBe(false);
  });

  test("are not missed where an app role grants something", () => {
    const claims = { hasgroups: true, roles: ["a"] };
    expect(grantsOf(claims, [groups, rule("roles", "a")])).toEqual({
      grants: [everywhere("viewer")],
      isOverage: false,
    });
  });
});

test("values of a claim are texts alone", () => {
  expect(valuesOf({ a: ["x", 1, null] }, "a")).toEqual(["x"]);
});

test.each([
  ["openid profile offline_access", []],
  ["openid api://mando/use", ["api://mando/use"]],
  ["api://mando/.default openid", []],
  ["  mando.use  other ", ["mando.use", "other"]],
])("of %j the token of a person must have %o", (scope, expected) => {
  expect(requiredScopesOf(scope)).toEqual(expected);
});

describe("admins by OIDC_ADMIN", () => {
  test("are a list of claim:value, whose value may have colons", () => {
    expect(readAdminRules("roles:a, groups:b:c ,")).toEqual({
      rules: [
        { claim: "roles", equals: "a", ...everywhere("admin") },
        { claim: "groups", equals: "b:c", ...everywhere("admin") },
      ],
    });
    expect(readAdminRules("")).toEqual({ rules: [] });
  });

  test.each(["admin", ":a", "roles:", "roles:a,b"])("are not %j", (text) => {
    expect(readAdminRules(text)).toHaveProperty("wrong");
  });
});

describe("a tenant of Entra ID", () => {
  const ID = "11111111-2222-3333-4444-55555555555a";
  test.each([
    [`https://login.microsoftonline.com/${ID}/v2.0`, `https://sts.windows.net/${ID}/`],
    [`https://login.microsoftonline.us/${ID}/v2.0`, `https://sts.windows.net/${ID}/`],
    [`https://login.partner.microsoftonline.cn/${ID}/v2.0`, `https://sts.chinacloudapi.cn/${ID}/`],
  ])("has tokens of version 2 and 1: %s", (issuer, older) => {
    expect(entraTenantOf(issuer)).toEqual({ tenantId: ID, issuers: [issuer, older] });
  });

  test("has its own issuer alone where that is of version 1", () => {
    const issuer = `https://sts.windows.net/${ID}/`;
    expect(entraTenantOf(issuer)).toEqual({ tenantId: ID, issuers: [issuer] });
  });

  test.each([
    `https://login.example.com/${ID}/v2.0`,
    "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0",
    "https://login.example.com",
  ])("is not %s", (issuer) => {
    expect(entraTenantOf(issuer)).toBeUndefined();
  });
});
