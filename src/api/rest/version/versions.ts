// The route of the versions of everything that the server is made of and runs on.
import { createRoute, z } from "@hono/zod-openapi";
import {
  COMPONENT_FIELDS,
  COMPONENT_KINDS,
  type Component,
  type ComponentKind,
} from "../../../domain/version/component.ts";
import { ALWAYS, type RoutePolicy } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import { answer, MALFORMED } from "../base/schemas.ts";

/** Also while the server starts or stands by, as in an update. */
const POLICY: RoutePolicy = { ...ALWAYS, query: "read" };

const Kind = z.enum(Object.keys(COMPONENT_KINDS) as [ComponentKind, ...ComponentKind[]]);

const ComponentJson = z
  .object({
    name: z.string().openapi({ description: COMPONENT_FIELDS.name }),
    version: z.string().openapi({ description: COMPONENT_FIELDS.version }),
    kind: Kind.openapi({ description: COMPONENT_FIELDS.kind }),
    license: z.string().nullable().openapi({ description: COMPONENT_FIELDS.license }),
    is_current: z.boolean().openapi({ description: COMPONENT_FIELDS.isCurrent }),
  })
  .openapi("Component");

const listVersions = createRoute({
  method: "get",
  path: "/versions",
  policy: POLICY,
  summary: "Versions of the product, of what it is made of, and of what it runs on",
  request: {
    query: z.strictObject({
      kind: Kind.optional().openapi({ description: "Only those of this kind." }),
    }),
  },
  responses: { 200: answer("By kind.", z.array(ComponentJson)), 400: MALFORMED },
});

export function versionRoutes() {
  return createRouter("Server").openapi(listVersions, async (c) => {
    const listed = await clientOf(c).versions.list(c.req.valid("query").kind);
    return c.json(listed.map(componentJson), 200);
  });
}

function componentJson({ isCurrent, ...rest }: Component) {
  return { ...rest, is_current: isCurrent };
}
