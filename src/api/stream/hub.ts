// Fans each new frame out to whoever subscribes: made once for all that want the same, and never waited for.
import type { Log } from "../../domain/ports/log.ts";
import type { Missed, ReplayService } from "../../services/replay.ts";
import type { TelemetryService } from "../../services/telemetry.ts";
import { createFamily, type Family, type StreamCounts } from "./family.ts";
import { createFollowing, type Following } from "./following.ts";
import type { Group } from "./group.ts";
import { createMember, type Member } from "./member.ts";
import { createRoll, type RollStats } from "./roll.ts";
import type { Encoder, EndReason, Sink, StreamRequest } from "./stream.ts";

/** How often one that does not keep up is looked at between frames, in ms. */
const LOOK_MS = 250;

const NOTHING_YET: Missed = { frames: [], seamMs: -Infinity };

export interface Hub {
  /**
   * Attaches a subscriber at once: it gets the whole state, or what it missed, then every frame.
   *
   * @returns What ends it, for whatever reason; a second call does nothing.
   */
  join(encoder: Encoder, request: StreamRequest, sink: Sink): (reason: EndReason) => void;
  /** The same for dispatch events. */
  readonly follow: Following["join"];
  stats(): HubStats;
  /** Takes in no more frames. Who subscribes is left to its connection, to come back elsewhere. */
  close(): void;
}

export interface HubStats extends Readonly<StreamCounts>, RollStats {}

interface HubDeps {
  readonly telemetry: TelemetryService;
  readonly replay: ReplayService;
  readonly log: Log;
  /** Names this run of the server. */
  readonly runId: string;
  /** How long a subscriber may have more waiting than is allowed before it is closed, in s. */
  readonly slowS: number;
  /** Is told how long a frame took to reach the connections of all subscribers, in s. */
  readonly observe: (tookS: number) => void;
}

export function createHub(deps: HubDeps): Hub {
  const { telemetry, replay, log, runId, slowS, observe } = deps;
  const families = new Map<string, Family>();
  const members = new Map<Member, (reason: EndReason) => void>();
  const behind = new Map<Member, { readonly family: Family; readonly group: Group }>();
  const counts: StreamCounts = { framesSent: 0, framesMissed: 0, executions: 0 };
  const roll = createRoll();
  let looking: NodeJS.Timeout | undefined;

  const leave = telemetry.follow((frame) => {
    if (families.size === 0) return;
    const beganMs = performance.now();
    for (const family of families.values()) family.emit(frame);
    observe((performance.now() - beganMs) / 1000);
  });

  function endMember(member: Member, reason: EndReason): void {
    members.get(member)?.(reason);
    member.sink.end(reason);
  }

  function onBehind(family: Family, group: Group, member: Member): void {
    behind.set(member, { family, group });
    looking ??= setInterval(lookAtBehind, LOOK_MS).unref();
  }

  function lookAtBehind(): void {
    for (const [member, { family, group }] of behind) {
      if (member.ended === undefined && member.behindSinceMs !== undefined) {
        if (member.catchingUp) family.catchUp(group, member);
        else family.jump(group, member);
        if (member.behindSinceMs === undefined) behind.delete(member);
        else if (performance.now() - member.behindSinceMs > slowS * 1000) endMember(member, "slow");
      } else behind.delete(member);
    }
    if (behind.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  function onFailed(member: Member, error: unknown): void {
    log.error({ err: error }, "a subscription failed");
    endMember(member, "failed");
  }

  /** Says where a new member begins: with the whole state, or after the frame that it has. */
  function setOut(member: Member, request: StreamRequest, missed: Missed | undefined): void {
    const { after, everyTicks, changesOnly } = request;
    if (missed === undefined) member.missedTicks = null;
    if (missed === undefined || after === undefined) {
      member.needsSnapshot = true;
      return;
    }
    member.sentMs = after.timestampMs;
    member.seamMs = missed.seamMs;
    member.backlog = [...missed.frames];
    if (!changesOnly) return;
    // Changes that were not sent when they came are not counted up: the whole state follows instead.
    const recent = telemetry
      .recent()
      .filter(
        ({ tick, timestampMs }) => tick % everyTicks === 0 && timestampMs > after.timestampMs,
      );
    member.missedTicks = missed.frames.length + recent.length;
    member.needsSnapshot = true;
    member.backlog = [];
  }

  function familyOf(encoder: Encoder, { everyTicks, changesOnly }: StreamRequest): Family {
    let family = families.get(encoder.key);
    if (family === undefined) {
      family = createFamily({
        encoder,
        everyTicks,
        changesOnly,
        telemetry,
        counts,
        onBehind,
        onFailed,
      });
      families.set(encoder.key, family);
    }
    return family;
  }

  return {
    join(encoder, request, sink) {
      const family = familyOf(encoder, request);
      const group = family.groupOf(request);
      const member = createMember(sink);
      const left = roll.enter(sink);
      const end = (reason: EndReason) => {
        if (member.ended !== undefined) return;
        member.ended = reason;
        left(reason);
        members.delete(member);
        behind.delete(member);
        group.members.delete(member);
        if (group.members.size === 0 && family.dropGroup(request)) families.delete(encoder.key);
      };
      members.set(member, end);
      group.members.add(member);
      const begin = (missed: Missed | undefined) => {
        if (member.ended !== undefined) return;
        setOut(member, request, missed);
        family.catchUp(group, member);
      };
      const { after, everyTicks, selectionKey, select } = request;
      if (after === undefined) begin(NOTHING_YET);
      else {
        const ofThisRun = after.runId === runId;
        const query = { afterMs: after.timestampMs, ofThisRun, everyTicks, selectionKey, select };
        const missed = replay.missed(query);
        if (missed instanceof Promise) missed.then(begin, (error) => onFailed(member, error));
        else begin(missed);
      }
      return end;
    },
    follow: createFollowing(roll, slowS).join,
    stats: () => ({ ...counts, ...roll.stats() }),
    close() {
      leave();
      clearInterval(looking);
    },
  };
}
