// Who may use what: every route and every field of the roots, by each role, and without a sign-in.
import { type GraphQLField, getNamedType, isObjectType, isUnionType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schema } from "../../../src/api/graphql/schema.ts";
import { FIELD_ACCESS, ROUTE_ACCESS, type RouteAccess } from "../../../src/api/transport/access.ts";
import { ROLES, type Role, roleMay } from "../../../src/domain/identity/role.ts";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";

type Client = ReturnType<typeof clientWith>;

const WHO = [...(Object.keys(ROLES) as Role[]), undefined] as const;
const ID = "00000000-0000-4000-8000-000000000000";

let application: ApplicationUnderTest;
const clients = new Map<Role | undefined, Client>();
beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN, ANONYMOUS_ROLE: "none" });
  for (const role of WHO) {
    const token = role && (await makeToken(application, role, role));
    clients.set(role, clientWith(application, token));
  }
});
afterAll(() => application.stop());

const clientOf = (role: Role | undefined) => clients.get(role) as Client;

/** The refusal that is expected. */
function refusalOf(
  access: RouteAccess,
  role: Role | undefined,
): "UNAUTHORIZED" | "FORBIDDEN" | null {
  if (access === "open" || access === "known" || (role !== undefined && roleMay(role, access)))
    return null;
  return role === undefined ? "UNAUTHORIZED" : "FORBIDDEN";
}

const STATUS = { UNAUTHORIZED: 401, FORBIDDEN: 403 } as const;
/** Routes that never end, and pages. */
const LEFT_OUT = /stream$|^GET \/(pages\/\*|docs|graphql)$/;

describe.each(WHO)("with the role %s", (role) => {
  const routes = Object.entries(ROUTE_ACCESS).filter(([name]) => !LEFT_OUT.test(name));
  test.each(routes)("%s is for %s", async (name, access) => {
    const [method, path] = name.split(" ") as [string, string];
    const address = path.replace(/:\w+/g, ID);
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    const { status, headers, body: answer } = await clientOf(role).send(method, address, body);
    const expected = refusalOf(access, role);
    if (expected === null) return expect([401, 403]).not.toContain(status);
    expect({ status, code: answer.code }).toEqual({ status: STATUS[expected], code: expected });
    expect(headers.get("www-authenticate")).toBe(role === undefined ? "Bearer" : null);
    if (role !== undefined) expect(answer.detail).toMatch(/^this needs the role \w+/);
  });

  const streams = Object.keys(ROUTE_ACCESS).filter((name) => name.endsWith("/stream"));
  test.each(streams)("%s is for those that its access names", async (name) => {
    const { status } = await clientOf(role).send("HEAD", name.slice("GET ".length));
    const expected = refusalOf(ROUTE_ACCESS[name] as RouteAccess, role);
    expect(status).toBe(expected === null ? 200 : STATUS[expected]);
  });

  test.each(documents())("%s is for %s", async (coordinate, access, document) => {
    const isStream = coordinate.startsWith("Subscription");
    const headers = isStream ? { accept: "text/event-stream" } : {};
    const client = clientOf(role);
    const { text } = await client.send("POST", "/graphql", { query: document }, headers);
    const expected = refusalOf(access, role);
    const codes = ["UNAUTHORIZED", "FORBIDDEN"].filter((code) => text.includes(`"${code}"`));
    expect(codes).toEqual(expected === null ? [] : [expected]);
  });
});

/** A document for each field of the roots; where it needs arguments, they are variables that are not given. */
function documents(): [coordinate: string, access: RouteAccess, document: string][] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) => {
      const coordinate = `${root?.name}.${field.name}`;
      const access = FIELD_ACCESS[coordinate] as RouteAccess;
      // A subscription that is accepted would not end.
      const needed = field.args.some(({ type }) => String(type).endsWith("!"));
      if (root?.name === "Subscription" && !needed) return [];
      return [[coordinate, access, documentOf(`${root?.name}`, field)]];
    }),
  ) as [string, RouteAccess, string][];
}

function documentOf(root: string, { name, args, type }: GraphQLField<unknown, unknown>): string {
  const needed = args.filter((arg) => String(arg.type).endsWith("!"));
  const variables = needed.map((arg) => `$${arg.name}: ${arg.type}`).join(", ");
  const given = needed.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
  const named = getNamedType(type);
  const isComposite = isObjectType(named) || isUnionType(named) || "getFields" in named;
  const field = `${name}${given && `(${given})`}${isComposite ? " { __typename }" : ""}`;
  return `${root.toLowerCase()}${variables && ` (${variables})`} { ${field} }`;
}

test("every field of the roots has an entry, and every entry a field", () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const coordinates = roots.flatMap((root) =>
    Object.keys(root?.getFields() ?? {}).map((name) => `${root?.name}.${name}`),
  );
  expect(Object.keys(FIELD_ACCESS).sort()).toEqual(coordinates.sort());
});

test("a field in a fragment, or under another name, is refused as well", async () => {
  const query =
    "query { ...Reads } fragment Reads on Query { ... on Query { log: auditLog { edges { cursor } } } }";
  const { errors } = await clientOf("operator").graph(query);
  expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("a subscription is for those that its access names", async () => {
  const query = "subscription { auditEvents { cursor } }";
  const headers = { accept: "text/event-stream" };
  const { text } = await clientOf("trader").send("POST", "/graphql", { query }, headers);
  expect(text).toContain('"FORBIDDEN"');
});
