import { expect, test } from "vitest";
import { createConnection } from "../../web/dashboard/live/connection.ts";

function startConnection() {
  let nowMs = 0;
  const connection = createConnection(
    () => nowMs,
    () => {},
  );
  const receive = (missedTicks: number | null, afterMs = 0) => {
    nowMs += afterMs;
    connection.received({ missedTicks });
    return connection.state();
  };
  return { connection, receive };
}

test("connects, is live, and shows no miss from before", () => {
  const { connection, receive } = startConnection();
  connection.lost();
  expect(connection.state()).toEqual({ kind: "connecting" });
  expect(receive(0)).toEqual({ kind: "live" });
});

test("counts caught-up ticks after a loss, and then is live", () => {
  const { connection, receive } = startConnection();
  receive(0);
  connection.lost();
  expect(connection.state()).toEqual({ kind: "reconnecting" });
  receive(0, 5000);
  receive(0, 10);
  expect(receive(0, 10)).toEqual({ kind: "resumed", caughtUpTicks: 3, missedTicks: 0 });
  expect(receive(0, 4000)).toEqual({ kind: "resumed", caughtUpTicks: 3, missedTicks: 0 });
  expect(receive(0, 30_000)).toEqual({ kind: "live" });
});

test("shows lost ticks, and where their number is unknown", () => {
  const { connection, receive } = startConnection();
  receive(0);
  connection.lost();
  expect(receive(7)).toEqual({ kind: "resumed", caughtUpTicks: 1, missedTicks: 7 });
  connection.lost();
  expect(receive(null)).toEqual({ kind: "resumed", caughtUpTicks: 0, missedTicks: null });
});

test("shows the obstacle until it is live, and nothing once it was", () => {
  const { connection, receive } = startConnection();
  connection.obstructed("a proxy");
  connection.lost();
  expect(connection.state()).toEqual({ kind: "obstructed", reason: "a proxy" });
  expect(receive(0)).toEqual({ kind: "live" });
  connection.lost();
  connection.obstructed("a proxy");
  expect(connection.state()).toEqual({ kind: "reconnecting" });
});
