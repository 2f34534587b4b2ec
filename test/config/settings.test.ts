import { describe, expect, test } from "vitest";
import { readSettings, SETTINGS } from "../../src/config/settings.ts";

describe("settings", () => {
  test("have defaults that run", () => {
    expect(readSettings({}, {})).toEqual({
      settings: {
        host: "127.0.0.1",
        port: 3001,
        tickSeconds: 4,
        assetsFile: "assets.yaml",
        logLevel: "info",
        recentFrames: 900,
        recentMb: 256,
        rawRetentionDays: 30,
        rawRetentionGb: 20,
        minuteRetentionDays: 400,
        spoolMb: 2048,
        resetDb: false,
        prune: false,
        maxSockets: 10_000,
        maxSocketOperations: 100,
        maxMessageKb: 256,
        maxListIds: 1000,
        maxQueryDepth: 15,
        maxQueryAliases: 200,
        maxQueryTokens: 5000,
        maxQueryComplexity: 100_000,
        introspection: true,
        initTimeoutS: 10,
        slowClientS: 30,
        corsOrigin: [],
        allowedHosts: [],
        allowAnonymous: false,
      },
    });
  });

  test("come from flags first, then from the environment; an empty variable is not set", () => {
    const environment = {
      PORT: "8080",
      HOST: "",
      TICK_SECONDS: "0.5",
      CORS_ORIGIN: "http://a, http://b",
    };
    expect(readSettings({ port: "9090" }, environment)).toMatchObject({
      settings: {
        port: 9090,
        host: "127.0.0.1",
        tickSeconds: 0.5,
        corsOrigin: ["http://a", "http://b"],
      },
    });
  });

  test.each([
    [{ PORT: "abc" }, /^PORT must be a number \(is "abc"\)$/],
    [{ PORT: "70000" }, /^PORT .*65535/],
    [{ PORT: "3001.5" }, /^PORT/],
    [{ TICK_SECONDS: "0" }, /^TICK_SECONDS .*0\.01/],
    [{ TICK_SECONDS: "Infinity" }, /^TICK_SECONDS must be a number/],
    [{ TICK_SECONDS: "0.0105" }, /^TICK_SECONDS must be whole milliseconds/],
    [{ MAX_SOCKETS: "0" }, /^MAX_SOCKETS .*1/],
    [{ MAX_MESSAGE_KB: "1.5" }, /^MAX_MESSAGE_KB/],
    [{ INIT_TIMEOUT_S: "0" }, /^INIT_TIMEOUT_S .*0\.1/],
    [{ INTROSPECTION: "perhaps" }, /^INTROSPECTION/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL/],
    [{ ALLOW_ANONYMOUS: "perhaps" }, /^ALLOW_ANONYMOUS/],
    [
      { HOST: "0.0.0.0" },
      /^HOST is reached by other machines: set API_TOKEN, or ALLOW_ANONYMOUS=1/,
    ],
  ])("are refused in one line: %o", (environment, expected) => {
    const read = readSettings({}, environment);
    expect(read).toHaveProperty("problems");
    expect("problems" in read && read.problems).toEqual([expect.stringMatching(expected)]);
  });

  test("never show a secret", () => {
    const read = readSettings({}, { API_TOKEN: "geheim", DATABASE_URL: "mysql://geheim" });
    expect(JSON.stringify(read)).toContain("API_TOKEN");
    expect(JSON.stringify(read)).not.toContain("geheim");
  });

  test.each([{ API_TOKEN: "long-enough" }, { ALLOW_ANONYMOUS: "1" }])(
    "allow an address that others reach with %o",
    (environment) => {
      expect(readSettings({}, { HOST: "0.0.0.0", ...environment })).toHaveProperty("settings");
    },
  );

  test("are all described", () => {
    for (const { description } of SETTINGS) expect(description).not.toBe("");
  });
});
