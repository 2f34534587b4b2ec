// The routes of the assets file of a running fleet: reload and export.

import { createRoute, z } from "@hono/zod-openapi";
import { snakeCase } from "../../../domain/base/snake-case.ts";
import type { Clamp } from "../../../domain/fleet/change.ts";
import type { FileRefused } from "../../../services/fleet/file.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import { CHANGE_BY_PATH, READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import {
  answer,
  FORBIDDEN,
  idOf,
  MALFORMED,
  quantity,
  refuse,
  refused,
  UNAUTHORIZED,
} from "../base/schemas.ts";

const count = (description: string) => z.int().openapi({ description });
const Counts = z
  .object({
    added: count("Number of new ones."),
    changed: count("Number of those with a changed field, or in use again."),
    retired: count("Number of those that are not in use any more, and whose history stays."),
    gone: count(
      "Number of those that the file does not have any more: their history is deleted too.",
    ),
  })
  .openapi("ReloadCounts");

const ReloadJson = z
  .object({
    sites: Counts,
    assets: Counts,
    clamps: z
      .array(
        z.object({
          asset_id: idOf("UUID of the asset."),
          field: z.string().openapi({ description: "The number that was set to its bound." }),
          from: quantity("Value before, in the unit of the field."),
          to: quantity("Value now."),
        }),
      )
      .openapi({ description: "Numbers that the file left outside their bounds." }),
  })
  .openapi("Reload");

const reload = createRoute({
  method: "post",
  path: "/assets/reload",
  policy: CHANGE_BY_PATH,
  summary: "Read the assets file again and apply what differs; a file with errors changes nothing",
  responses: {
    200: answer("In force: the next frame has it.", ReloadJson),
    400: MALFORMED,
    401: UNAUTHORIZED,
    403: FORBIDDEN,
    409: refused("More than half of the assets of the file would be removed."),
    422: refused("The file has errors, each with its line and column, or cannot be read."),
  },
});

const exportFleet = createRoute({
  method: "get",
  path: "/assets/export",
  policy: READ,
  summary: "The fleet that runs, as an assets file that gives the same fleet",
  responses: {
    200: {
      description: "All sites and assets, retired ones too.",
      content: { "application/yaml": { schema: z.string() } },
    },
    400: MALFORMED,
  },
});

export function fleetFileRoutes() {
  return createRouter("Fleet")
    .openapi(reload, async (c) => {
      const result = await clientOf(c).fleet.reload();
      if (result.accepted) {
        const { counts, clamps } = result;
        return c.json({ ...counts, clamps: clamps.map(clampJson) }, 200);
      }
      const it = refusalProblem(result);
      return refuse(c, it, it.status === 403 || it.status === 409 ? it.status : 422);
    })
    .openapi(exportFleet, (c) =>
      c.body(clientOf(c).fleet.fileText(), 200, {
        "content-type": "application/yaml; charset=utf-8",
      }),
    );
}

function refusalProblem({ code, message, errors }: FileRefused): Problem {
  return problem(code, message, errors.length > 0 ? { errors: [...errors] } : {});
}

function clampJson({ assetId, field, from, to }: Clamp) {
  return { asset_id: assetId, field: snakeCase(field), from, to };
}
