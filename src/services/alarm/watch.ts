// What raises and clears the alarms: frames, events of dispatches, and conditions of the server.
import { SERVER } from "../../domain/alarm/alarm.ts";
import type { AlarmCode } from "../../domain/alarm/codes.ts";
import type { Clock } from "../../domain/ports/clock.ts";
import type { DispatchService } from "../dispatch/dispatch.ts";
import type { Health } from "../health/health.ts";
import type { SettingValues } from "../settings/values.ts";
import type { TelemetryService } from "../telemetry/telemetry.ts";
import type { TickerStats } from "../telemetry/ticker.ts";
import type { Alarms } from "./alarms.ts";
import { createLimitedAssets } from "./limited-assets.ts";
import { createPromiseAlarms } from "./promise-alarms.ts";
import {
  type ConditionLimits,
  healthCondition,
  type ServerCondition,
  settingCondition,
  skipCondition,
  staleCondition,
} from "./server-conditions.ts";

const EVERY_MS = 1_000;

export interface AlarmWatch {
  /**
   * Restores the open alarms that are stored.
   *
   * @param restoreDispatches Restores the dispatches, whose events are read.
   */
  restore<T>(restoreDispatches: () => Promise<T>): Promise<T>;
  /** Looks at the conditions of the server every second from now on. */
  start(): void;
  stop(): void;
}

interface WatchDeps {
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly telemetry: Pick<TelemetryService, "follow" | "latest" | "of">;
  readonly dispatch: Pick<DispatchService, "find" | "events">;
  readonly health: Pick<Health, "reasons">;
  readonly ticker: () => TickerStats;
  /** Length of a tick in s. */
  readonly dtS: number;
  readonly settings: SettingValues;
  readonly limits: ConditionLimits;
}

export function createAlarmWatch(deps: WatchDeps): AlarmWatch {
  const { alarms, clock, telemetry, dispatch, health, ticker, dtS, settings, limits } = deps;
  const table = () => telemetry.latest().table;
  const promises = createPromiseAlarms({ alarms, dispatch, table });
  const limited = createLimitedAssets({ alarms, telemetry, dtS, settings });
  /** The codes of the server's conditions that hold, with the messages of their alarms. */
  const holding = new Map<AlarmCode, string>();
  let conditions: readonly ServerCondition[] = [];
  let lastFrameMs = 0;
  let cancel = () => {};

  function note(code: AlarmCode, message: string | undefined, isByText = false): void {
    const held = holding.get(code);
    const isOver = message === undefined || (isByText && message !== held);
    if (isOver && holding.delete(code)) alarms.clear(code, SERVER);
    if (message === undefined || holding.has(code)) return;
    holding.set(code, message);
    alarms.raise(code, SERVER, message);
  }

  function look(): void {
    const nowMs = clock.nowMs();
    for (const condition of conditions)
      note(condition.code, condition.find(nowMs), condition.isByText);
    cancel = clock.wakeAt(nowMs + EVERY_MS, look);
  }

  telemetry.follow((frame) => {
    lastFrameMs = clock.nowMs();
    note("DATA_STALE", undefined);
    limited.read(frame);
  });
  dispatch.events.follow(promises.read);

  return {
    async restore(restoreDispatches) {
      await alarms.restore();
      promises.restore();
      const restored = await restoreDispatches();
      await promises.check();
      return restored;
    },
    start() {
      lastFrameMs = clock.nowMs();
      conditions = [
        healthCondition("STORE_DEGRADED", health),
        healthCondition("CLOCK_AHEAD", health),
        skipCondition(ticker, limits, dtS, alarms.openOf("TICKS_SKIPPED").length > 0),
        staleCondition(limits, dtS, () => lastFrameMs),
        settingCondition(settings, table),
      ];
      for (const { code } of conditions)
        for (const { message } of alarms.openOf(code)) holding.set(code, message);
      look();
    },
    stop: () => cancel(),
  };
}
