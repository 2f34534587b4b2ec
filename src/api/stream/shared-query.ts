// A shared query: subscribers that differ only in their selections, served by one execution for each frame.
import type { Frame } from "../../domain/telemetry/frame.ts";
import type { TelemetryService } from "../../services/telemetry/telemetry.ts";
import { createChanges } from "./changes.ts";
import { createDelivery, type Due, isAwaited, type StreamCounts } from "./delivery.ts";
import {
  createSharedSelection,
  type FrameSubscriber,
  type SharedSelection,
} from "./shared-selection.ts";
import type { Encoder, StreamRequest } from "./stream.ts";

export interface SharedQuery {
  /** The shared selection of a request, created where it is missing. */
  selectionOf(request: StreamRequest): SharedSelection;
  /** Removes a selection without subscribers; true where no selection is left. */
  dropSelection(request: StreamRequest): boolean;
  /** Sends a frame to all subscribers that keep up; resolves once it is encoded, and is undefined where it is at once. */
  emit(frame: Frame): Promise<unknown> | undefined;
}

interface SharedQueryDeps {
  readonly encoder: Encoder;
  readonly everyTicks: number;
  readonly changesOnly: boolean;
  readonly telemetry: Pick<TelemetryService, "latest">;
  readonly counts: StreamCounts;
  readonly onFailed: (subscriber: FrameSubscriber, error: unknown) => void;
}

export function createSharedQuery(deps: SharedQueryDeps): SharedQuery {
  const { encoder, everyTicks, changesOnly, telemetry, counts } = deps;
  const selections = new Map<string, SharedSelection>();
  const changes = changesOnly ? createChanges(telemetry.latest()) : undefined;
  const delivery = createDelivery(deps);
  let isBusy = false;

  /** The part of a frame for each selection, fewest assets first: small payloads do not wait for large ones. */
  function duesOf(frame: Frame): Due[] {
    const dues: Due[] = [];
    for (const selection of selections.values()) {
      const indexes = selection.indexesIn(frame.table);
      const changed = changes?.among(frame, indexes);
      const whole = changes !== undefined && changed === undefined;
      if (changed?.length === 0 && !isAwaited(selection)) continue;
      dues.push({ selection, indexes: changed ?? indexes, whole });
    }
    changes?.replace(frame);
    const countOf = ({ indexes }: Due) => indexes?.length ?? frame.table.assets.length;
    return dues.sort((a, b) => countOf(a) - countOf(b));
  }

  return {
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
      if (frame.tick % everyTicks !== 0) return undefined;
      if (isBusy) {
        for (const selection of selections.values()) delivery.miss(selection);
        return undefined;
      }
      const delivered = delivery.deliver(frame, duesOf(frame));
      if (delivered === undefined) return undefined;
      isBusy = true;
      return delivered.finally(() => {
        isBusy = false;
      });
    },
  };
}
