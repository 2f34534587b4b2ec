// The status of a dispatch, and the reasons why it changes.

/**
 * `accepted` waits for its start, `active` is under way; the others are final. An interval of a schedule
 * stays `active` while a dispatch holds the asset for a part of it.
 */
export const DISPATCH_STATUSES = [
  "accepted",
  "active",
  "completed",
  "superseded",
  "cancelled",
  "expired",
  "failed",
] as const;

export type DispatchStatus = (typeof DISPATCH_STATUSES)[number];

/** Statuses that are not final. */
export const OPEN_STATUSES = ["accepted", "active"] as const satisfies readonly DispatchStatus[];
export type OpenStatus = (typeof OPEN_STATUSES)[number];

/** Whether a dispatch has not ended. */
export function isOpen<D extends { readonly status: DispatchStatus }>(
  dispatch: D,
): dispatch is D & { readonly status: OpenStatus } {
  return dispatch.status === "accepted" || dispatch.status === "active";
}

/** Why a state changed, with its meaning. Stable, for programs. */
export const STATUS_REASONS = {
  STARTED: "Its window began.",
  ENDED: "Its window ended.",
  ENDED_IN_PART: "Its window ended; a dispatch that came later held the asset for a part of it.",
  ENDED_SHORT: "Its window ended, and it delivered less than its setpoints.",
  SHORTFALL_EXPECTED: "Its promise can no longer be kept; its status stays.",
  SHORTFALL_AVERTED: "Its promise can be kept again; its status stays.",
  NEWER_DISPATCH: "A dispatch that was accepted later holds the asset.",
  NEWER_SCHEDULE: "A schedule that was accepted later replaced it.",
  NEXT_DISPATCH: "It was to hold until the next dispatch, and that began.",
  CANCELLED: "It was cancelled.",
  LEASE_LOST: "It was not renewed in time.",
  NO_TICK: "No tick started in its window.",
  SERVER_DOWN: "It ended, or lost its lease, while the server was away.",
  RETIRED: "Its asset was retired.",
  DEMO: "It is open, and of the demo, which ends with the first dispatch or schedule of a client.",
  DEMO_ENDED: "The demo ended.",
} as const;

export type StatusReason = keyof typeof STATUS_REASONS;

/** One change of the status of a dispatch, or of its shortfall, where the status stays. */
export interface StatusChange {
  readonly dispatchId: string;
  /** When, in ms since the epoch, UTC: an instant of the grid where time made the change, else that of the request. */
  readonly atMs: number;
  /** null: it was accepted. */
  readonly from: DispatchStatus | null;
  readonly to: DispatchStatus;
  /** null where it was accepted. */
  readonly reason: StatusReason | null;
  /** The dispatch that took its place, where one did. */
  readonly byId: string | null;
}
