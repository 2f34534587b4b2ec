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
        dispatchRetentionDays: 400,
        alarmRetentionDays: 400,
        auditRetentionDays: 3650,
        spoolMb: 2048,
        resetDb: false,
        prune: false,
        maxSockets: 10_000,
        maxSocketOperations: 100,
        maxMessageKb: 512,
        maxListIds: 1000,
        maxQueryDepth: 15,
        maxQueryAliases: 200,
        maxQueryTokens: 5000,
        maxQueryComplexity: 100_000,
        metricsAssets: 100,
        introspection: true,
        initTimeoutS: 10,
        slowClientS: 30,
        corsOrigin: [],
        allowedHosts: [],
        trustedProxies: [],
        allowAnonymous: false,
        oidcAudience: [],
        oidcScope: "openid profile offline_access",
        oidcAdmin: [],
        given: new Map(),
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
    [{ PORT: "abc" }, 'PORT must be a whole number, 0 to 65535, not "abc"'],
    [{ PORT: "0x1f90" }, 'PORT must be a whole number, 0 to 65535, not "0x1f90"'],
    [{ PORT: '"4242"' }, 'PORT must be a whole number, 0 to 65535, not "\\"4242\\""'],
    [{ PORT: "99999" }, "PORT must be 0 to 65535, not 99999"],
    [{ PORT: "-1" }, "PORT must be 0 to 65535, not -1"],
    [{ PORT: "3001.5" }, "PORT must be a whole number, 0 to 65535, not 3001.5"],
    [{ PORT: "30\u000001" }, 'PORT must be one line of text in UTF-8, not "30\\u000001"'],
    [{ TICK_SECONDS: "0" }, "TICK_SECONDS must be 0.01 to 900, not 0"],
    [{ TICK_SECONDS: "Infinity" }, 'TICK_SECONDS must be a number, 0.01 to 900, not "Infinity"'],
    [{ TICK_SECONDS: "0.0105" }, "TICK_SECONDS must be whole milliseconds, not 0.0105 s"],
    [{ MAX_SOCKETS: "0" }, "MAX_SOCKETS must be 1 to 1000000, not 0"],
    [{ SPOOL_MB: "1_000" }, 'SPOOL_MB must be a whole number, 16 to 1048576, not "1_000"'],
    [{ MAX_MESSAGE_KB: "1.5" }, "MAX_MESSAGE_KB must be a whole number, 1 to 65536, not 1.5"],
    [{ INIT_TIMEOUT_S: "0" }, "INIT_TIMEOUT_S must be 0.1 to 3600, not 0"],
    [{ INTROSPECTION: "perhaps" }, 'INTROSPECTION must be 0, 1, false or true, not "perhaps"'],
    [
      { LOG_LEVEL: "loud" },
      'LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent, not "loud"',
    ],
    [{ ALLOW_ANONYMOUS: "perhaps" }, 'ALLOW_ANONYMOUS must be 0, 1, false or true, not "perhaps"'],
    [{ API_TOKEN: "short" }, "API_TOKEN must have at least 8 characters"],
    [{ AUDIT_KEY: "fifteen letters" }, "AUDIT_KEY must have at least 16 characters"],
    [{ DATABASE_URL: "mysql://" }, "DATABASE_URL must begin with postgres://"],
    [
      { DATABASE_URL: "postgres://a:50%zz@h/d" },
      "DATABASE_URL has a % that encodes nothing: write it as %25",
    ],
    [
      { CORS_ORIGIN: "https://a.example/app" },
      'CORS_ORIGIN must be origins like https://app.example.com, not "https://a.example/app": an origin has no path, query or user',
    ],
    [
      { CORS_ORIGIN: "https://a.example, https://*.b.example" },
      'CORS_ORIGIN must be origins like https://app.example.com, not "https://*.b.example": name each origin, or * alone for every one',
    ],
    [
      { CORS_ORIGIN: "a.example" },
      'CORS_ORIGIN must be origins like https://app.example.com, not "a.example": it must begin with https://',
    ],
    [
      { ALLOWED_HOSTS: "*.example" },
      'ALLOWED_HOSTS must be host names like mando.example.com, not "*.example": name each host',
    ],
    [
      { ALLOWED_HOSTS: "https://a.example/app" },
      'ALLOWED_HOSTS must be host names like mando.example.com, not "https://a.example/app": a host has no path, query or user',
    ],
    [
      { HOST: "0.0.0.0" },
      'HOST is reached by other machines: set API_TOKEN or OIDC_ISSUER, or ALLOW_ANONYMOUS=1 to let anyone dispatch (is "0.0.0.0")',
    ],
    [
      { OIDC_ISSUER: "login.example.com", OIDC_AUDIENCE: "a" },
      'OIDC_ISSUER must be an address like https://login.example.com, not "login.example.com"',
    ],
    [
      { OIDC_ISSUER: "http://login.example.com", OIDC_AUDIENCE: "a" },
      'OIDC_ISSUER must begin with https://, but on this machine, not "http://login.example.com"',
    ],
    [
      { OIDC_ISSUER: "https://a:b@login.example.com", OIDC_AUDIENCE: "a" },
      "OIDC_ISSUER must be an address without a user, ? and #",
    ],
    [
      { OIDC_ISSUER: "https://login.example.com" },
      "OIDC_AUDIENCE is needed with OIDC_ISSUER: the audience of the access tokens",
    ],
    [
      { OIDC_ISSUER: "https://login.example.com", OIDC_AUDIENCE: "a", OIDC_ADMIN: "admin" },
      'OIDC_ADMIN must have claim:value, like roles:mando.admin, not "admin"',
    ],
    [{ ANONYMOUS_ROLE: "admin" }, 'ANONYMOUS_ROLE must be none or viewer, not "admin"'],
  ])("are refused in one line: %o", (environment, expected) => {
    const read = readSettings({}, environment);
    expect(read).toEqual({ problems: [expected] });
  });

  test.each(["OIDC_AUDIENCE", "OIDC_CLIENT_ID", "OIDC_ADMIN"])(
    "has %s with OIDC_ISSUER",
    (name) => {
      expect(readSettings({}, { [name]: "a:b" })).toEqual({
        problems: [`${name} is set without OIDC_ISSUER: set that too, or leave this out`],
      });
    },
  );

  test.each(["common", "organizations", "consumers"])("name a tenant, not %s", (tenant) => {
    const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`;
    expect(readSettings({}, { OIDC_ISSUER: issuer, OIDC_AUDIENCE: "a" })).toEqual({
      problems: [expect.stringContaining("OIDC_ISSUER must name the tenant")],
    });
  });

  test("of OpenID Connect go together, on any address", () => {
    const environment = {
      HOST: "0.0.0.0",
      OIDC_ISSUER: "https://login.example.com/",
      OIDC_AUDIENCE: "api://mando, mando",
      OIDC_ADMIN: "roles:mando.admin, https://example.com/roles:admin",
    };
    const everywhere = { role: "admin", siteIds: null, assetIds: null };
    expect(readSettings({}, environment)).toMatchObject({
      settings: {
        oidcIssuer: "https://login.example.com/",
        oidcAudience: ["api://mando", "mando"],
        oidcAdmin: [
          { claim: "roles", equals: "mando.admin", ...everywhere },
          { claim: "https://example.com/roles", equals: "admin", ...everywhere },
        ],
      },
    });
    const loopback = { OIDC_ISSUER: "http://127.0.0.1:8080/realm", OIDC_AUDIENCE: "a" };
    expect(readSettings({}, loopback)).toHaveProperty("settings");
  });

  test("are read without the line ends and blanks around them", () => {
    const environment = {
      PORT: "4242\r",
      API_TOKEN: "long-enough\r",
      CORS_ORIGIN: "https://a.example/\r",
      HOST: " \r",
    };
    expect(readSettings({ tickSeconds: "2 " }, environment)).toMatchObject({
      settings: {
        port: 4242,
        apiToken: "long-enough",
        corsOrigin: ["https://a.example"],
        host: "127.0.0.1",
        tickSeconds: 2,
      },
    });
  });

  test.each([
    ["https://A.example/", "https://a.example"],
    ["http://a.example:80", "http://a.example"],
    ["https://a.example:8443/", "https://a.example:8443"],
    ["https://münchen.example", "https://xn--mnchen-3ya.example"],
    ["http://[::1]:3000", "http://[::1]:3000"],
    ["chrome-extension://ABC/", "chrome-extension://abc"],
    ["*", "*"],
    ["null", "null"],
  ])("take the origin %s as browsers send it", (text, origin) => {
    expect(readSettings({}, { CORS_ORIGIN: text })).toMatchObject({
      settings: { corsOrigin: [origin] },
    });
  });

  test.each([
    ["https://Mando.Example:8443/", "mando.example"],
    ["mando.example.", "mando.example"],
    ["mando.example:3001", "mando.example"],
    ["10.0.0.7:80", "10.0.0.7"],
    ["[FE80::1]:3001", "fe80::1"],
    ["fe80::1", "fe80::1"],
  ])("take the host %s by its name alone", (text, host) => {
    expect(readSettings({}, { ALLOWED_HOSTS: text })).toMatchObject({
      settings: { allowedHosts: [host] },
    });
  });

  test("take proxies as addresses and networks", () => {
    const listed = "127.0.0.1, ::1,10.0.0.0/8,, fd00::/8 , ::ffff:192.0.2.1/128, 192.0.2.9/32";
    expect(readSettings({}, { TRUSTED_PROXIES: listed })).toMatchObject({
      settings: {
        trustedProxies: [
          ...["127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8"],
          ...["::ffff:192.0.2.1/128", "192.0.2.9/32"],
        ],
      },
    });
  });

  test.each([
    ["proxy", "it is no address of IPv4 or IPv6"],
    ["*", "it is no address of IPv4 or IPv6"],
    ["10.0.0", "it is no address of IPv4 or IPv6"],
    ["10.0.0.1:80", "it is no address of IPv4 or IPv6"],
    ["[::1]", "it is no address of IPv4 or IPv6"],
    ["fe80::1%eth0", "it is no address of IPv4 or IPv6"],
    ["/8", "it is no address of IPv4 or IPv6"],
    ["10.0.0.0/", "behind the / must be 1 to 32"],
    ["10.0.0.0/33", "behind the / must be 1 to 32"],
    ["10.0.0.0/8/8", "behind the / must be 1 to 32"],
    ["10.0.0.0/255.0.0.0", "behind the / must be 1 to 32"],
    ["0.0.0.0/0", "behind the / must be 1 to 32"],
    ["::/129", "behind the / must be 1 to 128"],
    ["::/0", "behind the / must be 1 to 128"],
  ])("refuse the proxy %s", (text, why) => {
    const wrong = `must be addresses or networks like 10.0.0.0/8, not "${text}": ${why}`;
    expect(readSettings({}, { TRUSTED_PROXIES: text })).toEqual({
      problems: [`TRUSTED_PROXIES ${wrong}`],
    });
  });

  test("never show a secret", () => {
    const secrets = { API_TOKEN: "geheim", DATABASE_URL: "mysql://geheim", AUDIT_KEY: "geheim" };
    const read = readSettings({}, secrets);
    for (const name of Object.keys(secrets)) expect(JSON.stringify(read)).toContain(name);
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
