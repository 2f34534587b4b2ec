// The meaning of the fields of dispatches and of requests, each described once: REST and GraphQL document them by these texts.
import { START_HORIZON_S } from "./decision.ts";
import { LONGEST_DURATION_S } from "./request.ts";

const HORIZON = `up to ${START_HORIZON_S / (24 * 3600)} days ahead`;

/** A request for a power of an asset, or of a site. */
export const REQUEST_TEXTS = {
  assetId: "UUID of the asset.",
  siteId: "UUID of the site.",
  mw: "Power to hold, in MW, discharge positive: 0, which stops the asset, or at least 1 W in size.",
  durationS: `How long to hold it, in s, 1 to ${LONGEST_DURATION_S}. Left out: until the next dispatch.`,
  startAt: `Start, ${HORIZON}. Left out: the next tick.`,
  validForS: `Validity of its lease, in s, 1 to ${LONGEST_DURATION_S}: not renewed in time, the asset holds its fallback power. Left out: no lease.`,
  onShortfall:
    "Where energy does not suffice: refuse the whole, or curtail, to deliver the energy that is there. Left out: curtail where no duration is given, refuse where one is.",
  requestId:
    "Identifies the request, 1 to 200 printable ASCII characters: a repetition gets the first answer, and another request with the same id is refused.",
} as const;

/** A request for a schedule, and its intervals. */
export const SCHEDULE_TEXTS = {
  from: `It holds every tick that starts from this instant on, ${HORIZON}.`,
  until: "Up to this instant, excluded; later than from.",
  mw: REQUEST_TEXTS.mw,
  onShortfall:
    "Where energy does not suffice: refuse the whole schedule, or curtail, to deliver the energy that is there. Left out: refuse.",
  scheduleId: "UUID that the intervals share; null where there is none.",
  pastCount: "Number of intervals of the request, the first ones, that were past and left out",
} as const;

/** The demo. */
export const DEMO_TEXTS = {
  isOn: "Whether the demo runs: an ordinary day of each asset, by schedules with the reason DEMO. The first dispatch or schedule of a client ends it, and is decided as if it had never been.",
  end: "Ends the demo: its open dispatches are cancelled. It never begins again in the same store.",
} as const;

/** A dispatch that was accepted, or an interval. */
export const DISPATCH_TEXTS = {
  scheduleId: "UUID that the intervals of one schedule share; null for a dispatch.",
  mw: "Power to hold, in MW, discharge positive.",
  durationS: "How long to hold it, in s; null: until the next dispatch.",
  startAt: "It holds every tick that starts from this instant on, included.",
  endAt: "Up to this instant, excluded; null: until the next one begins.",
  validForS: "Validity of its lease after a renewal, in s; null: it has no lease.",
  leaseUntil: "When its lease ends unless it is renewed; null: never.",
  onShortfall:
    "Where energy does not suffice: refuse promised it all, curtail delivers the energy that is there.",
  requestId: "The id that the client gave its request; null where it gave none.",
  reason: "The reason of its status; null where it was just accepted.",
  submittedAt: "When it was accepted.",
  endedAt:
    "The instant from which on it holds nothing: after a cancel that at which the tick under way ends. Null before it ended.",
  deliveredMwhr:
    "Net energy at the terminal while it held the asset, in MWh, discharge positive; up to now while it does.",
  shortfall:
    "What it will not deliver of its promise, as things stand, and once it has ended what it did not deliver; null where it lacks nothing. A dispatch with the policy curtail has it once it has ended.",
  decision: "The decision that accepted it; null for a dispatch of an older version.",
} as const;

/** The decision on a request. */
export const DECISION_TEXTS = {
  accepted: "Whether it is accepted.",
  refused: "Why it is not accepted; null where it is.",
  mw: "Power to hold, in MW, discharge positive; null where refused.",
  startAt: "It holds every tick that starts from this instant on; null where refused.",
  endAt: "Up to this instant, excluded; null: until the next one begins, and where refused.",
  leaseUntil: "When its lease ends unless it is renewed; null: never, and where refused.",
  onShortfall: "The policy where energy does not suffice; null where refused.",
  windows:
    "The powers that its limits leave; null where it was refused before they were computed, and for an interval, which is decided with its whole schedule.",
  shortfall: "The missing energy; null where it will be delivered in full, or refused.",
} as const;

export const WINDOWS_TEXT =
  "The part that each limit leaves of the limit before it: the outermost powers that are accepted; by energy, where a duration was requested. One inside may be refused, where a larger one keeps a promise that it breaks.";
/** The powers that each limit leaves. */
export const WINDOW_TEXTS = {
  power: "The rating of the asset.",
  site: "The powers at which the setpoints of the site stay within its limits wherever power is promised; null where it has none, and for a share of a site's dispatch, of which all shares are checked together.",
  dispatches: "The powers that break no promise to a dispatch accepted before.",
  energy:
    "The powers that energy delivers for the whole duration; without a duration, in the first tick.",
  minMw: "Highest charge power in MW, 0 or negative.",
  maxMw: "Highest discharge power in MW, 0 or more.",
} as const;

export const SHORTFALL_TEXT =
  "The part that an accepted dispatch will not deliver, as far as it is known then.";
/** What a dispatch lacks. */
export const SHORTFALL_TEXTS = {
  from: "Start of the first tick in which its power is cut.",
  missingMwhr:
    "The missing energy at the terminal over its window, in MWh: what a battery without bounds at a site without limits would deliver along the same setpoints, less what is delivered. The ramp is never missing. Null where it has no end.",
  limitedBy: "The limit that cuts its power first; null where no limit does, as no tick ran.",
  reason: "Why: the cause that was found first.",
} as const;

/** The numbers of a refusal. */
export const REFUSAL_TEXTS = {
  requestedMw: "Requested power in MW, discharge positive.",
  minMw: "Lowest power allowed, in MW.",
  maxMw: "Highest power allowed, in MW.",
  limitedBy: "The limit that refused.",
  longestDurationS:
    "The longest duration, not above the requested one, at which the same request would be accepted now, in s; 0 where there is none. A shorter one may be refused.",
  highestMw:
    "The power furthest from 0, with the sign of the request and not beyond it, at which the same request would be accepted now, in MW, in steps of 0.01 MW or finer; 0 where there is none. A smaller one may be refused.",
} as const;
