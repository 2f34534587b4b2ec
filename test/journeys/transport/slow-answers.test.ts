// A client that reads nothing of the values that it queried.
import { connect } from "node:net";
import { expect, test } from "vitest";
import { readMetric } from "../../support/program-under-test.ts";
import { within } from "../../support/rest-under-test.ts";

const COUNT = 80_000;
const START_MS = Date.parse("2026-01-01T00:00:00Z");

test("a client that reads nothing of an answer is closed, and counted", () =>
  within(
    async ({ url, call }) => {
      await call("POST", "/describe_data", [{ id: "A", type: "time_series_double" }]);
      const lines = Array.from({ length: COUNT }, (_, n) => `A,${START_MS + n * 60_000},${n}`);
      const body = ["id,timestamp,value", ...lines].join("\n");
      const headers = { "content-type": "text/csv" };
      const saved = await fetch(`${url}/save_data`, { method: "POST", headers, body });
      expect(saved.status, await saved.text()).toBe(200);
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname).pause();
      socket.on("error", () => {});
      const path = `/query_data?id=A&from=${START_MS}&until=${START_MS + COUNT * 60_000}`;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const closed = () => readMetric(url, "mando_http_slow_clients_closed_total");
      await expect.poll(closed, { timeout: 20_000 }).toBe(1);
      socket.resume();
      await new Promise((resolve) => socket.once("close", resolve));
      expect(socket.bytesRead).toBeLessThan(COUNT * 100);
    },
    { SLOW_CLIENT_S: "1" },
  ));
