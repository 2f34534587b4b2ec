// Subscribers that share everything but their selections: one look at a frame serves them all.
import type { Frame } from "../../domain/frame.ts";
import type { TelemetryService } from "../../services/telemetry.ts";
import { createChanges } from "./changes.ts";
import { createGroup, type Group } from "./group.ts";
import { hasDrained, hasRoom, type Member } from "./member.ts";
import type { Payload } from "./payload.ts";
import type { Encoder, Positions, StreamEvent, StreamRequest } from "./stream.ts";

/**
 * Groups that one look at a frame serves. What is made for them dies before it grows old: for 5,000 at once,
 * the collector cost as much as the sending.
 */
const BATCH_GROUPS = 256;

/** How long one member may be caught up before ticks and others get their turn, in ms. */
const CATCH_UP_MS = 10;

/** What is counted, from the start of the server. */
export interface StreamCounts {
  framesSent: number;
  framesMissed: number;
  /** Looks at a frame, each for as many subscribers as share it. */
  executions: number;
}

export interface Family {
  /** The group of a request, made where it is missing. */
  groupOf(request: StreamRequest): Group;
  /** Forgets a group without members; true where none is left. */
  dropGroup(request: StreamRequest): boolean;
  /** Sends a frame to all that keep up. */
  emit(frame: Frame): void;
  /** Brings a member up to the latest frame, one by one; from then on it gets what `emit` sends. */
  catchUp(group: Group, member: Member): void;
  /** Sends the latest frame, in place of all that it missed, to a member that did not keep up. */
  jump(group: Group, member: Member): void;
}

interface FamilyDeps {
  readonly encoder: Encoder;
  readonly everyTicks: number;
  readonly changesOnly: boolean;
  readonly telemetry: Pick<TelemetryService, "latest" | "recent">;
  readonly counts: StreamCounts;
  /** Is told of a member that does not keep up, so that it is tried again soon. */
  readonly onBehind: (family: Family, group: Group, member: Member) => void;
  readonly onFailed: (member: Member, error: unknown) => void;
}

/** What a group is sent of a frame. */
interface Due {
  readonly group: Group;
  readonly positions: Positions;
  /** Whether its assets themselves changed, so that it must be told the whole state. */
  readonly whole: boolean;
}

export function createFamily(deps: FamilyDeps): Family {
  const { encoder, everyTicks, telemetry, counts } = deps;
  const groups = new Map<string, Group>();
  const changes = deps.changesOnly ? createChanges(telemetry.latest()) : undefined;
  const isDue = ({ tick }: Frame) => tick % everyTicks === 0;
  let busy = false;

  function send(member: Member, frame: Frame, payload: Payload): void {
    member.sink.send(payload);
    member.sentMs = frame.timestampMs;
    member.missedTicks = 0;
    member.needsSnapshot = false;
    member.behindSinceMs = undefined;
    counts.framesSent++;
  }

  function fallBehind(group: Group, member: Member): void {
    if (member.behindSinceMs !== undefined) return;
    member.behindSinceMs = performance.now();
    deps.onBehind(family, group, member);
  }

  function miss(group: Group, member: Member): void {
    if (member.missedTicks !== null) member.missedTicks++;
    counts.framesMissed++;
    fallBehind(group, member);
  }

  /** Sends a member what others do not get; what comes meanwhile it gets afterwards. */
  function sendOwn(group: Group, member: Member, event: StreamEvent): void {
    const payload = group.payloadOf(event);
    if (payload instanceof Promise) sendOnceMade(group, member, event.frame, payload);
    else send(member, event.frame, payload);
  }

  function sendOnceMade(
    group: Group,
    member: Member,
    frame: Frame,
    payload: Promise<Payload>,
  ): void {
    member.catchingUp = true;
    member.awaiting = true;
    payload.then(
      (made) => {
        if (member.ended !== undefined) return;
        member.awaiting = false;
        send(member, frame, made);
        catchUp(group, member);
      },
      (error) => deps.onFailed(member, error),
    );
  }

  /** What a member that is not up to date is to be sent next; undefined where it has everything. */
  function nextFor(member: Member): StreamEvent | undefined {
    const { missedTicks } = member;
    if (member.needsSnapshot) return { frame: telemetry.latest(), kind: "snapshot", missedTicks };
    const stored = member.backlog.shift();
    if (stored !== undefined) return { frame: stored, kind: "tick", missedTicks };
    const recent = telemetry.recent();
    const frame = recent.find((it) => it.timestampMs > member.sentMs && isDue(it));
    const [oldest] = recent;
    if (frame === undefined || oldest === undefined) return undefined;
    const reachedMs = Math.max(member.seamMs, member.sentMs + frame.dtS * 1000);
    const lost = oldest.timestampMs > reachedMs;
    return { frame, kind: "tick", missedTicks: lost ? null : missedTicks };
  }

  function catchUp(group: Group, member: Member): void {
    if (member.awaiting) return;
    member.catchingUp = true;
    const untilMs = performance.now() + CATCH_UP_MS;
    while (member.ended === undefined) {
      if (performance.now() > untilMs) {
        setImmediate(catchUp, group, member);
        return;
      }
      if (member.behindSinceMs !== undefined && !hasDrained(member)) return;
      const event = nextFor(member);
      if (event === undefined) {
        member.catchingUp = false;
        return;
      }
      const payload = group.payloadOf(event);
      if (payload instanceof Promise) {
        sendOnceMade(group, member, event.frame, payload);
        return;
      }
      send(member, event.frame, payload);
      if (changes && !isDue(event.frame)) {
        // Changes are counted between frames of its rate, and this one lies between two of them.
        member.needsSnapshot = true;
        member.catchingUp = false;
        return;
      }
      if (!hasRoom(member.sink, payload)) fallBehind(group, member);
    }
  }

  /** What each group is due of a frame, fewest assets first: nobody waits for those who may not even read theirs. */
  function duesOf(frame: Frame): Due[] {
    const dues: Due[] = [];
    for (const group of groups.values()) {
      const positions = group.positionsIn(frame.table);
      const changed = changes?.among(frame, positions);
      const whole = changes !== undefined && changed === undefined;
      const waits = () => [...group.members].some((it) => it.needsSnapshot || it.missedTicks !== 0);
      if (changed?.length === 0 && !waits()) continue;
      dues.push({ group, positions: changed ?? positions, whole });
    }
    changes?.remember(frame);
    const countOf = ({ positions }: Due) => positions?.length ?? frame.table.assets.length;
    return dues.sort((a, b) => countOf(a) - countOf(b));
  }

  function deliver(frame: Frame, { group, whole }: Due, shared: Payload): void {
    for (const member of group.members) {
      if (member.catchingUp || member.sentMs >= frame.timestampMs) continue;
      const { missedTicks, needsSnapshot } = member;
      const kind = changes ? "snapshot" : "tick";
      if (!hasRoom(member.sink, shared)) miss(group, member);
      else if (missedTicks === 0 && !needsSnapshot && !whole) send(member, frame, shared);
      else sendOwn(group, member, { frame, kind, missedTicks });
    }
  }

  /** Looks at a frame once for several groups, and sends each what it is due. */
  function deliverBatch(frame: Frame, dues: readonly Due[]): Promise<void> | undefined {
    counts.executions++;
    const payloads = encoder.encode(
      { frame, kind: "tick", missedTicks: 0 },
      dues.map(({ positions }) => positions),
    );
    const deliverAll = (made: readonly Payload[]) => {
      for (const [n, due] of dues.entries()) deliver(frame, due, made[n] as Payload);
    };
    if (payloads instanceof Promise)
      return payloads.then(deliverAll, (error) => {
        for (const { group } of dues)
          for (const member of group.members) deps.onFailed(member, error);
      });
    deliverAll(payloads);
    return undefined;
  }

  const family: Family = {
    groupOf({ selectionKey, select }) {
      let group = groups.get(selectionKey);
      if (group === undefined) {
        group = createGroup(encoder, select, () => counts.executions++);
        groups.set(selectionKey, group);
      }
      return group;
    },
    dropGroup({ selectionKey }) {
      groups.delete(selectionKey);
      return groups.size === 0;
    },
    emit(frame) {
      if (!isDue(frame)) return;
      if (busy) {
        for (const group of groups.values())
          for (const member of group.members) if (!member.catchingUp) miss(group, member);
        return;
      }
      const dues = duesOf(frame);
      const pending: Promise<void>[] = [];
      for (let n = 0; n < dues.length; n += BATCH_GROUPS) {
        const delivered = deliverBatch(frame, dues.slice(n, n + BATCH_GROUPS));
        if (delivered !== undefined) pending.push(delivered);
      }
      if (pending.length === 0) return;
      busy = true;
      void Promise.all(pending).finally(() => {
        busy = false;
      });
    },
    catchUp,
    jump(group, member) {
      const frame = telemetry.latest();
      if (!isDue(frame) || frame.timestampMs <= member.sentMs || !hasDrained(member)) return;
      // The latest one was counted among those it missed.
      const missedTicks = member.missedTicks === null ? null : Math.max(0, member.missedTicks - 1);
      sendOwn(group, member, { frame, kind: changes ? "snapshot" : "tick", missedTicks });
    },
  };
  return family;
}
