// Dispatches in the form of REST.
import { z } from "@hono/zod-openapi";
import type { Dispatch } from "../../../domain/dispatch/dispatch.ts";
import { LONGEST_DURATION_S, REQUEST_ID } from "../../../domain/dispatch/request.ts";
import { DISPATCH_STATUSES, STATUS_REASONS } from "../../../domain/dispatch/status.ts";
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
    description:
      "Identifies the request, 1 to 200 printable ASCII characters: a repetition gets the first answer, and another request with the same id is refused. The same as the header Idempotency-Key.",
  });

export const ShortfallPolicy = z.enum(["refuse", "curtail"]).openapi({
  description:
    "Where energy does not suffice: refuse the whole, or curtail, to deliver the energy that is there. Left out: curtail where no duration is given, refuse where one is.",
});

/** The fields that the requests of an asset and of a site share. */
export const requestShape = {
  mw: quantity(
    "Power to hold, in MW, discharge positive: 0, which stops the asset, or at least 1 W in size.",
  ).openapi({ example: 5 }),
  duration_s: z
    .int()
    .nullish()
    .openapi({
      description: `How long to hold it, in s, 1 to ${LONGEST_DURATION_S}. Left out: until the next dispatch.`,
    }),
  start_at: time.nullish().openapi({
    type: ["string", "integer", "null"],
    description: "Start, within 31 days from now. Left out: the next tick.",
  }),
  valid_for_s: z
    .int()
    .nullish()
    .openapi({
      description: `Validity of its lease, in s, 1 to ${LONGEST_DURATION_S}: not renewed in time, the asset holds its fallback_mw. Left out: no lease.`,
    }),
  on_shortfall: ShortfallPolicy.nullish(),
  request_id: RequestId.nullish(),
};

/** An answer with more dispatches takes ms to write. */
export const LARGE_ANSWER = 100;

export const DispatchInput = z
  .strictObject({
    asset_id: idOf("UUID of the asset."),
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
    id: idOf("UUID of the dispatch."),
    asset_id: idOf("UUID of the asset."),
    schedule_id: Id.nullable().openapi({
      description: "Id that the intervals of one schedule share; null for a dispatch.",
    }),
    mw: quantity("Power to hold, in MW, discharge positive."),
    duration_s: quantity("How long, in s; null: until the next.").nullable(),
    start_at: instant("It holds every tick that starts from then on, UTC."),
    end_at: instant("And before this, UTC; null: until the next one begins.").nullable(),
    valid_for_s: z.int().nullable().openapi({
      description: "Validity of its lease after a renewal, in s; null: it has no lease.",
    }),
    lease_until: instant("When the lease ends unless it is renewed, UTC; null: never.").nullable(),
    on_shortfall: ShortfallPolicy.openapi({
      description:
        "Where energy does not suffice: refuse promised it all, curtail delivers the energy that is there.",
    }),
    request_id: z.string().nullable().openapi({
      description: "Id that the client gave the request; null where it gave none.",
    }),
    status: Status,
    reason: z
      .string()
      .nullable()
      .openapi({
        description: `The reason of its status; null where there is none. ${REASONS}`,
        example: "started",
      }),
    submitted_at: instant("When it was accepted, UTC."),
    ended_at: instant(
      "The instant from which on it holds nothing, UTC: after a cancel that at which the tick under way ends. Null before it ended.",
    ).nullable(),
    delivered_mwhr: quantity(
      "Net energy at the terminal while it held the asset, in MWh, discharge positive.",
    ),
    shortfall: orNull(
      ShortfallJson,
      "What it will not deliver of its promise, as things stand, and once it has ended what it did not deliver; null where it lacks nothing. A dispatch with curtail has it once it has ended.",
    ),
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
        description: "The decision that accepted it; null for a dispatch of an older version.",
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
