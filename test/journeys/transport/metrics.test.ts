// The metrics over HTTP: compressed for clients that take it so, and as the linter of Prometheus wants them.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";

/** Of Debian's package prometheus. */
const PROMTOOL = "promtool";
const hasPromtool = spawnSync(PROMTOOL, ["--version"]).status === 0;
if (!hasPromtool) process.stderr.write("no promtool found: its check of the metrics is skipped\n");

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

function read(acceptEncoding: string): Promise<{ encoding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = { "accept-encoding": acceptEncoding };
    request(`${application.url}/metrics`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          encoding: response.headers["content-encoding"],
          body: Buffer.concat(chunks),
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

describe("GET /metrics", () => {
  test.each(["gzip", "deflate, gzip;q=0.5"])(
    "is compressed for accept-encoding: %s",
    async (it) => {
      const { encoding, body } = await read(it);
      expect(encoding).toBe("gzip");
      const text = gunzipSync(body).toString();
      expect(text).toMatch(/^mando_asset_power_watts\{asset_id="/m);
      expect(body.length).toBeLessThan(text.length / 3);
    },
  );

  test.each(["", "identity", "br", "gzip;q=0"])("is plain for accept-encoding: %s", async (it) => {
    const { encoding, body } = await read(it);
    expect(encoding).toBeUndefined();
    expect(body.toString()).toContain("mando_fleet_power_watts");
  });

  test.skipIf(!hasPromtool)("has nothing of ours that promtool finds", async () => {
    const { body } = await read("identity");
    const { stderr, error } = spawnSync(PROMTOOL, ["check", "metrics"], { input: body });
    expect(error).toBeUndefined();
    const found = stderr.toString().split("\n").filter(Boolean);
    expect(found.filter((line) => !/^(nodejs|process)_/.test(line))).toEqual([]);
  });
});

const EXAMPLES = new URL("../../../examples/grafana/", import.meta.url);

describe("the alert rules of the example", () => {
  test("read metrics that the server has", async () => {
    const metrics = (await read("identity")).body.toString();
    const text = await readFile(new URL("alerts.yml", EXAMPLES), "utf8");
    const names = new Set(text.match(/mando_\w+/g));
    expect(names.size).toBeGreaterThan(8);
    for (const name of names)
      expect(metrics, name).toMatch(new RegExp(`^# TYPE ${name.replace(/_bucket$/, "")} `, "m"));
  });

  test.skipIf(!hasPromtool).each([
    ["check", "config", "prometheus.yml"],
    ["test", "rules", "alerts.test.yml"],
  ])("are right by promtool %s %s", (...args) => {
    const { status, stdout, stderr } = spawnSync(PROMTOOL, args, { cwd: EXAMPLES });
    expect(`${stdout}${stderr}`).toContain("SUCCESS");
    expect(status).toBe(0);
  });
});
