// The events that the dashboard lists.
import { describe, expect, test } from "vitest";
import { dispatchEvent, withEvents } from "../../web/dashboard/alarm/fleet-events.ts";

const eventAt = (second: number, to: "ACCEPTED" | "CANCELLED" = "ACCEPTED") =>
  dispatchEvent({
    timestamp: new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString(),
    to,
    reason: null,
    dispatch: { id: "d1", mw: 6, asset: { id: "a1", name: "one" } },
  });

describe("events with some added", () => {
  test("are newest first, and those of one instant in reverse of the order they came in", () => {
    const before = withEvents([], [eventAt(1)]);
    const events = withEvents(before, [eventAt(0), eventAt(2), eventAt(2, "CANCELLED")]);
    expect(events.map(({ key }) => key)).toEqual(
      [eventAt(2, "CANCELLED"), eventAt(2), eventAt(1), eventAt(0)].map(({ key }) => key),
    );
  });

  test("have each once, also where one was read and came within one drawing", () => {
    const once = withEvents([], [eventAt(1), eventAt(1)]);
    expect(once).toEqual([eventAt(1)]);
    expect(withEvents(once, [eventAt(1), eventAt(2), eventAt(2)])).toEqual([
      eventAt(2),
      eventAt(1),
    ]);
  });
});
