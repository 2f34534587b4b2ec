// The routes of previews of decisions.

import { createRoute, z } from "@hono/zod-openapi";
import type { DispatchDecision } from "../../../domain/dispatch/decision.ts";
import { DECISION_TEXTS } from "../../../domain/dispatch/fields.ts";
import { Problem } from "../../transport/problem.ts";
import { JSON_BODY, READ } from "../../transport/route-policy.ts";
import { createRouter } from "../../transport/router.ts";
import { clientOf } from "../../transport/session.ts";
import {
  answer,
  idOf,
  instant,
  instantOrNull,
  instantText,
  jsonBody,
  MALFORMED,
  orNull,
  quantity,
  SiteParams,
} from "../base/schemas.ts";
import { ShortfallJson, shortfallJson, WindowsJson, windowsJson } from "./decision-shapes.ts";
import { DISPATCH_EXAMPLE, requestOf } from "./dispatch.ts";
import { refusalProblem } from "./problem.ts";
import { DispatchInput, requestedOf, ShortfallPolicy } from "./shapes.ts";
import { SITE_EXAMPLE, SiteDispatchInput } from "./site.ts";

const PreviewJson = z
  .object({
    accepted: z.boolean().openapi({ description: DECISION_TEXTS.accepted }),
    refused: orNull(Problem, DECISION_TEXTS.refused),
    mw: quantity(DECISION_TEXTS.mw).nullable(),
    start_at: instant(DECISION_TEXTS.startAt).nullable(),
    end_at: instant(DECISION_TEXTS.endAt).nullable(),
    lease_until: instant(DECISION_TEXTS.leaseUntil).nullable(),
    on_shortfall: ShortfallPolicy.nullable().openapi({
      description: DECISION_TEXTS.onShortfall,
    }),
    windows: orNull(WindowsJson, DECISION_TEXTS.windows),
    shortfall: orNull(ShortfallJson, DECISION_TEXTS.shortfall),
  })
  .openapi("DispatchPreview");

const SitePreviewJson = z
  .object({
    accepted: z.boolean().openapi({
      description: "Whether all assets would accept their shares: else none gets one.",
    }),
    refused: orNull(Problem, "Why it would not be accepted; null where it would."),
    shares: z
      .array(PreviewJson.extend({ asset_id: idOf("UUID of the asset.") }).openapi("SharePreview"))
      .openapi({
        description:
          "One for each asset, in the order of their ids; their powers add up to mw. None where refused.",
      }),
  })
  .openapi("SiteDispatchPreview");

const previewSite = createRoute({
  method: "post",
  path: "/sites/{id}/dispatch/preview",
  policy: { ...READ, body: JSON_BODY },
  summary: "Preview the shares of a power of a site; changes nothing",
  request: { params: SiteParams, body: jsonBody(SiteDispatchInput, SITE_EXAMPLE) },
  responses: {
    200: answer(
      "The decision, as if the request were sent now. request_id has no meaning here.",
      SitePreviewJson,
    ),
    400: MALFORMED,
  },
});

const preview = createRoute({
  method: "post",
  path: "/dispatch/preview",
  policy: { ...READ, body: JSON_BODY },
  summary: "Preview a decision; changes nothing",
  request: { body: jsonBody(DispatchInput, DISPATCH_EXAMPLE) },
  responses: {
    200: answer(
      "The decision, as if the request were sent now. request_id has no meaning here.",
      PreviewJson,
    ),
    400: MALFORMED,
  },
});

export function dispatchPreviewRoutes() {
  return createRouter("Dispatches")
    .openapi(preview, async (c) => {
      const request = requestOf(c.req.valid("json"), undefined);
      const decision = await clientOf(c).dispatch.preview(request);
      return c.json(previewJson(decision), 200);
    })
    .openapi(previewSite, async (c) => {
      const { id: siteId } = c.req.valid("param");
      const { request_id: _, ...body } = c.req.valid("json");
      const request = { siteId, ...requestedOf(body) };
      const decision = await clientOf(c).dispatch.previewSite(request);
      if (!decision.accepted)
        return c.json(
          { accepted: false, refused: refusalProblem(decision.refusal), shares: [] },
          200,
        );
      const shares = decision.shares.map(({ asset, decision: share }) => ({
        ...previewJson(share),
        asset_id: asset.id,
      }));
      return c.json({ accepted: true, refused: null, shares }, 200);
    });
}

const NOTHING = {
  mw: null,
  start_at: null,
  end_at: null,
  lease_until: null,
  on_shortfall: null,
  shortfall: null,
} as const;

function previewJson(decision: DispatchDecision): z.output<typeof PreviewJson> {
  if (!decision.accepted) {
    const windows = decision.windows && windowsJson(decision.windows);
    return { accepted: false, refused: refusalProblem(decision.refusal), ...NOTHING, windows };
  }
  return {
    accepted: true,
    refused: null,
    mw: decision.mw,
    start_at: instantText(decision.startMs),
    end_at: instantOrNull(decision.endMs),
    lease_until: instantOrNull(decision.leaseUntilMs),
    on_shortfall: decision.onShortfall,
    windows: windowsJson(decision.windows),
    shortfall: shortfallJson(decision.shortfall),
  };
}
