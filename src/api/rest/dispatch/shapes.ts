// Dispatches in the form of REST.

import { z } from "@hono/zod-openapi";
import type { Dispatch } from "../../../domain/dispatch/dispatch.ts";
import { DISPATCH_TEXTS, REQUEST_TEXTS } from "../../../domain/dispatch/fields.ts";
import { REQUEST_ID } from "../../../domain/dispatch/request.ts";
import { DISPATCH_STATUSES, STATUS_REASONS } from "../../../domain/dispatch/status.ts";
import { EXAMPLE } from "../base/examples.ts";
import {
  Id,
  idOf,
  instant,
  instantOrNull,
  instantText,
  orNull,
  quantity,
  time,
} from "../base/schemas.ts";
import { ShortfallJson, shortfallJson, WindowsJson, windowsJson } from "./decision-shapes.ts";

export const RequestId = z
  .string()
  .regex(REQUEST_ID, "must be 1 to 200 printable ASCII characters")
  .openapi({
    description: `${REQUEST_TEXTS.requestId} The same as the header Idempotency-Key.`,
  });

export const ShortfallPolicy = z.enum(["refuse", "curtail"]).openapi({
  description: REQUEST_TEXTS.onShortfall,
});

/** The fields that the requests of an asset and of a site share. */
export const requestShape = {
  mw: quantity(REQUEST_TEXTS.mw),
  duration_s: z.int().nullish().openapi({
    description: REQUEST_TEXTS.durationS,
  }),
  start_at: time.nullish().openapi({
    type: ["string", "integer", "null"],
    description: REQUEST_TEXTS.startAt,
  }),
  valid_for_s: z.int().nullish().openapi({
    description: REQUEST_TEXTS.validForS,
  }),
  on_shortfall: ShortfallPolicy.nullish(),
  request_id: RequestId.nullish(),
};

/** An answer with more dispatches takes ms to write. */
export const LARGE_ANSWER = 100;

export const DispatchInput = z
  .strictObject({
    asset_id: idOf(REQUEST_TEXTS.assetId),
    ...requestShape,
    mode: z.enum(["charge", "discharge"]).optional().openapi({
      description: "For older clients: charge makes mw negative.",
      deprecated: true,
    }),
  })
  .openapi("DispatchInput");

/** The request in the names of the domain, without its id. */
export function requestedOf(body: Omit<z.output<z.ZodObject<typeof requestShape>>, "request_id">) {
  const { mw, duration_s, start_at, valid_for_s, on_shortfall } = body;
  return {
    mw,
    durationS: duration_s ?? null,
    startAtMs: start_at ?? undefined,
    validForS: valid_for_s ?? undefined,
    onShortfall: on_shortfall ?? undefined,
  };
}

export const Status = z.enum(DISPATCH_STATUSES).openapi({
  description:
    "accepted: it starts later; active: it is in progress; the others are final. An interval of a schedule stays active while a dispatch holds the asset for a part of it.",
});

export const REASONS = Object.entries(STATUS_REASONS)
  .map(([reason, meaning]) => `${reason.toLowerCase()}: ${meaning}`)
  .join(" ");

/** A reason in lower case; one of an older version stays as it is. */
export function reasonText(reason: string | null): string | null {
  return reason !== null && Object.hasOwn(STATUS_REASONS, reason) ? reason.toLowerCase() : reason;
}

export const DispatchJson = z
  .object({
    id: idOf("UUID of the dispatch.", EXAMPLE.dispatchId),
    asset_id: idOf("UUID of the asset."),
    schedule_id: Id.nullable().openapi({
      description: DISPATCH_TEXTS.scheduleId,
    }),
    mw: quantity(DISPATCH_TEXTS.mw),
    duration_s: quantity(DISPATCH_TEXTS.durationS).nullable(),
    start_at: instant(DISPATCH_TEXTS.startAt),
    end_at: instant(DISPATCH_TEXTS.endAt).nullable(),
    valid_for_s: z.int().nullable().openapi({
      description: DISPATCH_TEXTS.validForS,
    }),
    lease_until: instant(DISPATCH_TEXTS.leaseUntil).nullable(),
    on_shortfall: ShortfallPolicy.openapi({
      description: DISPATCH_TEXTS.onShortfall,
    }),
    request_id: z.string().nullable().openapi({
      description: DISPATCH_TEXTS.requestId,
    }),
    status: Status,
    reason: z
      .string()
      .nullable()
      .openapi({
        description: `${DISPATCH_TEXTS.reason} ${REASONS}`,
        example: "started",
      }),
    submitted_at: instant(DISPATCH_TEXTS.submittedAt),
    ended_at: instant(DISPATCH_TEXTS.endedAt).nullable(),
    delivered_mwhr: quantity(DISPATCH_TEXTS.deliveredMwhr),
    shortfall: orNull(ShortfallJson, DISPATCH_TEXTS.shortfall),
    decision: z
      .object({
        windows: orNull(
          WindowsJson,
          "null for an interval, which is decided with its whole schedule.",
        ),
        shortfall: orNull(ShortfallJson, "null where it was to be delivered in full."),
      })
      .nullable()
      .openapi({
        description: DISPATCH_TEXTS.decision,
      }),
  })
  .openapi("Dispatch");

export function dispatchJson(dispatch: Dispatch): z.output<typeof DispatchJson> {
  const { rationale } = dispatch;
  return {
    id: dispatch.id,
    asset_id: dispatch.assetId,
    schedule_id: dispatch.scheduleId,
    mw: dispatch.mw,
    duration_s: dispatch.durationS,
    start_at: instantText(dispatch.startMs),
    end_at: instantOrNull(dispatch.endMs),
    valid_for_s: dispatch.validForS,
    lease_until: instantOrNull(dispatch.leaseUntilMs),
    on_shortfall: dispatch.onShortfall,
    request_id: dispatch.requestId,
    status: dispatch.status,
    reason: reasonText(dispatch.reason),
    submitted_at: instantText(dispatch.submittedAtMs),
    ended_at: instantOrNull(dispatch.endedAtMs),
    delivered_mwhr: dispatch.deliveredMwhr,
    shortfall: shortfallJson(dispatch.shortfall),
    decision: rationale && {
      windows: rationale.windows && windowsJson(rationale.windows),
      shortfall: shortfallJson(rationale.shortfall),
    },
  };
}
