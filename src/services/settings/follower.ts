// The follower of the stored settings: reads what was changed, by this server or by another, every second.
import type { Clock } from "../../domain/ports/clock.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { SettingStore } from "../../domain/ports/setting-store.ts";
import type { SettingValues } from "./values.ts";

const EVERY_MS = 1_000;
/** Unknown ids that a line of the log names. */
const MOST_NAMED = 20;

export interface SettingFollower {
  /** Reads what was changed since the last call, now. @throws Fault STORE_UNAVAILABLE */
  read(): Promise<void>;
  /** Reads every second from now on, also as a standby. While the store is unavailable, what is known stays. */
  start(): void;
  stop(): void;
}

interface FollowerDeps {
  readonly store: Pick<SettingStore, "changes">;
  readonly values: SettingValues;
  readonly clock: Clock;
  readonly log: Log;
}

export function createSettingFollower(deps: FollowerDeps): SettingFollower {
  const { store, values, clock, log } = deps;
  const unknownIds = new Set<string>();
  let lastNumber = 0;
  let cancel = () => {};
  let isStopped = false;

  async function read(): Promise<void> {
    const found = await store.changes(lastNumber);
    // Answers may come in another order than their calls: newer versions win in either.
    lastNumber = Math.max(lastNumber, found.lastNumber);
    logUnknown(found.versions.map(({ id }) => id));
    values.apply(found.versions);
  }

  /** Settings of a newer version, or of an older one: they stay stored, and have no effect. */
  function logUnknown(ids: readonly string[]): void {
    const found = new Set(ids.filter((id) => !values.find(id) && !unknownIds.has(id)));
    for (const id of found) if (unknownIds.size < MOST_NAMED) unknownIds.add(id);
    const named = [...found].filter((id) => unknownIds.has(id));
    if (named.length > 0)
      log.warn(
        { settings: named },
        `settings are stored that this version does not know: ${named.join(", ")}; they stay as they are, without effect`,
      );
  }

  function readLater(): void {
    if (isStopped) return;
    cancel = clock.wakeAt(clock.nowMs() + EVERY_MS, () => {
      read()
        .catch((err) => log.debug({ err }, "settings cannot be read: the known values stay"))
        .finally(readLater);
    });
  }

  return {
    read,
    start: readLater,
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
