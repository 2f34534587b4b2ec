// A shared query: subscribers that differ only in their selections, served by one execution for each frame.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import { createCatchUp } from "./catch-up.ts";
import { createChanges } from "./changes.ts";
import { createDelivery, type Due } from "./delivery.ts";
import { createSender, type StreamCounts } from "./sender.ts";
import { createSharedSelection, type SharedSelection } from "./shared-selection.ts";
import type { Encoder, StreamRequest } from "./stream.ts";
import type { Subscriber } from "./subscriber.ts";

export interface SharedQuery {
  /** The shared selection of a request, created where it is missing. */
  selectionOf(request: StreamRequest): SharedSelection;
  /** Removes a selection without subscribers; true where no selection is left. */
  dropSelection(request: StreamRequest): boolean;
  /** Sends a frame to all subscribers that keep up. */
  emit(frame: Frame): void;
  /** Sends a subscriber the frames up to the latest one; from then on `emit` sends to it. */
  catchUp(selection: SharedSelection, subscriber: Subscriber): void;
  /** Sends the latest frame, in the place of all missed ones, to a subscriber that did not keep up. */
  jump(selection: SharedSelection, subscriber: Subscriber): void;
}

interface SharedQueryDeps {
  readonly encoder: Encoder;
  readonly everyTicks: number;
  readonly changesOnly: boolean;
  readonly telemetry: Pick<TelemetryService, "latest" | "recent">;
  readonly counts: StreamCounts;
  /** Called with a subscriber that does not keep up, for a retry soon. */
  readonly onBehind: (
    sharedQuery: SharedQuery,
    selection: SharedSelection,
    subscriber: Subscriber,
  ) => void;
  readonly onFailed: (subscriber: Subscriber, error: unknown) => void;
}

export function createSharedQuery(deps: SharedQueryDeps): SharedQuery {
  const { encoder, everyTicks, changesOnly, telemetry, counts, onFailed } = deps;
  const selections = new Map<string, SharedSelection>();
  const changes = changesOnly ? createChanges(telemetry.latest()) : undefined;
  const isDue = ({ tick }: Frame) => tick % everyTicks === 0;
  let busy = false;
  const sender = createSender(counts, (selection, subscriber) =>
    deps.onBehind(sharedQuery, selection, subscriber),
  );
  const catchUp = createCatchUp({ telemetry, changesOnly, isDue, sender, onFailed });
  const deliver = createDelivery({ encoder, changesOnly, counts, sender, catchUp, onFailed });

  /** The part of a frame for each selection, fewest assets first: small payloads do not wait for large ones. */
  function duesOf(frame: Frame): Due[] {
    const dues: Due[] = [];
    for (const selection of selections.values()) {
      const indexes = selection.indexesIn(frame.table);
      const changed = changes?.among(frame, indexes);
      const whole = changes !== undefined && changed === undefined;
      const waits = () =>
        [...selection.subscribers].some((it) => it.needsSnapshot || it.missedTicks !== 0);
      if (changed?.length === 0 && !waits()) continue;
      dues.push({ selection, indexes: changed ?? indexes, whole });
    }
    changes?.replace(frame);
    const countOf = ({ indexes }: Due) => indexes?.length ?? frame.table.assets.length;
    return dues.sort((a, b) => countOf(a) - countOf(b));
  }

  const sharedQuery: SharedQuery = {
    selectionOf({ selectionKey, select }) {
      let selection = selections.get(selectionKey);
      if (selection === undefined) {
        selection = createSharedSelection(encoder, select, () => counts.executions++);
        selections.set(selectionKey, selection);
      }
      return selection;
    },
    dropSelection({ selectionKey }) {
      selections.delete(selectionKey);
      return selections.size === 0;
    },
    emit(frame) {
      if (!isDue(frame)) return;
      if (busy) {
        for (const selection of selections.values())
          for (const subscriber of selection.subscribers)
            if (!subscriber.catchingUp) sender.miss(selection, subscriber);
        return;
      }
      const delivered = deliver(frame, duesOf(frame));
      if (delivered === undefined) return;
      busy = true;
      void delivered.finally(() => {
        busy = false;
      });
    },
    catchUp: catchUp.begin,
    jump: catchUp.jump,
  };
  return sharedQuery;
}
