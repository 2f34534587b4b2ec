// The audit log: makes records of changes, keeps refused attempts behind, and lists and announces what is linked.
import type { LinkedRecord } from "../../domain/audit/chain.ts";
import type { AuditRecord } from "../../domain/audit/record.ts";
import { systemPrincipal } from "../../domain/identity/principal.ts";
import type { AuditStore } from "../../domain/ports/audit-store.ts";
import type { Chance } from "../../domain/ports/chance.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import { createRecentEvents, type EventFeed, type RecentEvents } from "../recent-events.ts";
import type { Audit, AuditQueries } from "./audit.ts";
import { recordOf } from "./records.ts";
import { createRefusalCounts, type OmittedRefusals } from "./refusal-counts.ts";

export interface AuditLog extends Audit, AuditQueries {
  /** Continues the chain of the store. Called at most once, before `start`. */
  restore(): Promise<void>;
  /** From now on refused attempts are stored; those of before are then. */
  start(): void;
  /** Sends all refused attempts to the store. */
  stop(): void;
}

interface AuditLogDeps {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** Events that are retained in memory, and that are read from the store at once. */
const KEEP_COUNT = 500;
const PAGE = 500;
/** Refused attempts that wait at most, and for how long. */
const MOST_WAITING = 10_000;
const WAIT_MS = 300;
const SELF = systemPrincipal("audit");

export function createAuditLog({ store, clock, chance, log }: AuditLogDeps): AuditLog {
  const recent = createRecentEvents<LinkedRecord>(KEEP_COUNT);
  const refusals = createRefusals(store, clock, log, summaryOf);
  let lastNumber = 0;

  store.follow((linked) => {
    // Links of before the start are read from the store.
    if (linked.number > lastNumber) recent.announce(linked);
    lastNumber = Math.max(lastNumber, linked.number);
  });

  /** To the ms, as it is stored. */
  const made = () => ({ id: chance.newId(), atMs: Math.floor(clock.nowMs()) });

  function summaryOf({ address, fromMs, count }: OmittedRefusals): AuditRecord {
    const from = new Date(fromMs).toISOString();
    const audited = {
      action: "refusal.count",
      target: `address:${address ?? "others"}`,
      after: { count, from },
      reason: `${count} more attempts were refused in the minute from ${from} on`,
    } as const;
    const outcome = { outcome: "refused", code: null } as const;
    return recordOf({ ...SELF, address }, audited, { ...made(), ...outcome });
  }

  return {
    done: (by, audited) => recordOf(by, audited, { ...made(), outcome: "done", code: null }),
    refuse: (by, { code, ...audited }) =>
      refusals.add(by.address ?? "this machine", () =>
        recordOf(by, audited, { ...made(), outcome: "refused", code }),
      ),
    list: store.list,
    find: (id) => store.find(id.toLowerCase()),
    events: eventFeed(store, recent),
    head: store.head,
    waitingRows: store.waitingRows,
    async restore() {
      const { number } = await store.open();
      lastNumber = Math.max(lastNumber, number);
      recent.begin(lastNumber);
    },
    start: refusals.start,
    stop: refusals.stop,
  };
}

/** All events: the recent ones, and those that are stored. */
function eventFeed(
  store: Pick<AuditStore, "after">,
  { follow, next, lastNumber, since }: RecentEvents<LinkedRecord>,
): EventFeed<LinkedRecord> {
  return {
    ...{ follow, next, lastNumber },
    async after(number) {
      if (number > lastNumber()) return undefined;
      return since(number) ?? store.after(number, PAGE);
    },
  };
}

/** Refused attempts on their way into the store: a bounded number of them. */
function createRefusals(
  store: Pick<AuditStore, "record">,
  clock: Clock,
  log: Log,
  summaryOf: (omitted: OmittedRefusals) => AuditRecord,
) {
  const counts = createRefusalCounts();
  let waiting: AuditRecord[] = [];
  let state: "new" | "started" | "stopped" = "new";
  let hasFailed = false;
  let cancelSend: (() => void) | undefined;
  let cancelSummary: (() => void) | undefined;

  function send(): void {
    cancelSend = undefined;
    const sent = waiting;
    waiting = [];
    if (sent.length > 0) store.record(sent).then(() => noteSent(), noteSent);
  }

  function noteSent(error?: unknown): void {
    if (error !== undefined && !hasFailed)
      log.error({ err: error }, "refused attempts are missing in the audit log");
    hasFailed = error !== undefined;
  }

  function summarise(isAll: boolean): void {
    cancelSummary = undefined;
    waiting.push(...counts.takeOmitted(clock.nowMs(), isAll).map(summaryOf));
    send();
  }

  function plan(): void {
    // Requests are still answered while the server stops.
    if (state === "stopped") send();
    if (state !== "started") return;
    const nowMs = clock.nowMs();
    if (waiting.length > 0) cancelSend ??= clock.wakeAt(nowMs + WAIT_MS, send);
    cancelSummary ??= clock.wakeAt(counts.endMs(nowMs), () => summarise(false));
  }

  return {
    add(address: string, make: () => AuditRecord): void {
      if (counts.add(address, clock.nowMs(), waiting.length < MOST_WAITING)) waiting.push(make());
      plan();
    },
    start(): void {
      state = "started";
      if (waiting.length > 0) plan();
    },
    stop(): void {
      state = "stopped";
      cancelSend?.();
      cancelSummary?.();
      summarise(true);
    },
  };
}
