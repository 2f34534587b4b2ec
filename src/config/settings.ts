// The settings: each with its name, meaning and default; read once, from flags first, then from the environment.
import { z } from "zod";
import { quoted } from "../domain/base/quote.ts";
import { describeIssue, mustOf } from "../domain/base/shape-issue.ts";
import { snakeCase } from "../domain/base/snake-case.ts";
import { wrongIssuer } from "../domain/identity/issuer.ts";
import { readAdminRules } from "../domain/identity/role-rule.ts";
import { readHostName, readOrigin } from "./origins.ts";
import { readNetwork } from "./proxies.ts";
import { flag, listOf, number, oneOf, text, VALUES, valuesOf, whole } from "./setting-shapes.ts";
import { LIMITS, LOG, RECENT, RETENTION, shapesOf } from "./tunables.ts";

const TICK_SHORTEST_S = 0.01;
const TICK_LONGEST_S = 900;

const SHAPES = {
  host: text.min(1).default("127.0.0.1").describe("address to listen on"),
  port: whole(0, 65535).default(3001).describe("port to listen on, 0 for any free one"),
  tickSeconds: number(TICK_SHORTEST_S, TICK_LONGEST_S)
    .refine((seconds) => Math.abs(seconds * 1000 - Math.round(seconds * 1000)) < 1e-6, {
      error: ({ input }) => `must be whole milliseconds, not ${input} s`,
    })
    .default(4)
    .describe("length of a tick in s"),
  assetsFile: text.min(1).default("assets.yaml").describe("file of sites and assets"),
  ...shapesOf(LOG),
  ...shapesOf(RECENT),
  data: text
    .min(1)
    .optional()
    .describe("folder to store data in, in an embedded PostgreSQL unless DATABASE_URL is set"),
  databaseUrl: text
    .regex(/^postgres(ql)?:\/\//, "must begin with postgres://")
    .regex(/^(?:[^%]|%[0-9a-f]{2})*$/i, "has a % that encodes nothing: write it as %25")
    .register(VALUES, { values: "`postgres://…`" })
    .optional()
    .describe("PostgreSQL or TimescaleDB to store data in"),
  spoolMb: whole(16, 1_048_576)
    .default(2048)
    .describe("most telemetry that waits on disk for the database, in MB"),
  ...shapesOf(RETENTION),
  auditRetentionDays: number(0.01, 36_500)
    .default(3650)
    .describe("how long records of the audit log are retained, in days"),
  auditKey: text
    .min(16, "must have at least 16 characters")
    .register(VALUES, { values: "16 characters or more" })
    .optional()
    .describe("key of the chain of the audit log, which must stay the same"),
  resetDb: flag.default(false).describe("1: empty the store at the start"),
  demo: flag
    .optional()
    .describe(
      "1: in an empty store the assets run a demo, up to the first dispatch or schedule; 0: none does; left out: with the shipped assets.yaml in DATA, without DATABASE_URL",
    ),
  prune: flag
    .default(false)
    .describe("1: remove assets that the file no longer names, also more than half of them"),
  ...shapesOf(LIMITS),
  corsOrigin: listOf(readOrigin)
    .prefault("")
    .describe("origins of web pages that may call this server, comma-separated"),
  allowedHosts: listOf(readHostName)
    .prefault("")
    .describe("further host names this server answers for, comma-separated"),
  trustedProxies: listOf(readNetwork)
    .prefault("")
    .describe(
      "proxies whose X-Forwarded-For is believed: addresses and networks like 10.0.0.0/8, comma-separated",
    ),
  apiToken: text
    .min(8, "must have at least 8 characters")
    .register(VALUES, { values: "8 characters or more" })
    .optional()
    .describe("token that every change must carry as bearer"),
  allowAnonymous: flag
    .default(false)
    .describe("1: allow changes without a token on an address other machines reach"),
  anonymousRole: oneOf(["none", "viewer"])
    .optional()
    .describe(
      "what may be done without a token where there are tokens, or OIDC_ISSUER; left out: `viewer` while API_TOKEN is the only token, else `none`",
    ),
  oidcIssuer: text
    .superRefine((value, context) => {
      const message = wrongIssuer(value);
      if (message !== undefined) context.addIssue({ code: "custom", input: value, message });
    })
    .register(VALUES, { values: "an address" })
    .optional()
    .describe(
      "provider of OpenID Connect whose access tokens are accepted, exactly as they name it",
    ),
  oidcAudience: listOf((value) => ({ value }))
    .prefault("")
    .describe("audiences of access tokens, of which each must have one, comma-separated"),
  oidcClientId: text
    .min(1)
    .optional()
    .describe("client by which the pages sign in: public, with PKCE; left out: they cannot"),
  oidcScope: text
    .min(1)
    .default("openid profile offline_access")
    .describe(
      "scopes that the pages request; what is none of OpenID Connect itself, the token of a person must have",
    ),
  oidcAdmin: text
    .transform((value, context) => {
      const read = readAdminRules(value);
      if ("rules" in read) return read.rules;
      context.addIssue({ code: "custom", input: value, message: read.wrong });
      return z.NEVER;
    })
    .prefault("")
    .register(VALUES, { values: "a list of `claim:value`" })
    .describe("claims that make an admin of everything, comma-separated: `roles:mando.admin`"),
} as const;

const Settings = z.object(SHAPES).superRefine((settings, context) => {
  const refuse = (path: SettingName, message: string) =>
    context.addIssue({ code: "custom", path: [path], input: settings[path], message });
  const { host, oidcIssuer, oidcAudience, oidcClientId, oidcAdmin } = settings;
  if (oidcIssuer !== undefined && oidcAudience.length === 0)
    refuse("oidcAudience", "is needed with OIDC_ISSUER: the audience of the access tokens");
  // Misspelt, the issuer would be missing, and the server open.
  const lacksIssuer = "is set without OIDC_ISSUER: set that too, or leave this out";
  if (oidcIssuer === undefined && oidcAudience.length > 0) refuse("oidcAudience", lacksIssuer);
  if (oidcIssuer === undefined && oidcClientId !== undefined) refuse("oidcClientId", lacksIssuer);
  if (oidcIssuer === undefined && oidcAdmin.length > 0) refuse("oidcAdmin", lacksIssuer);
  const isClosed = settings.apiToken !== undefined || oidcIssuer !== undefined;
  if (!isLoopback(host) && !isClosed && !settings.allowAnonymous)
    refuse(
      "host",
      `is reached by other machines: set API_TOKEN or OIDC_ISSUER, or ALLOW_ANONYMOUS=1 to let anyone dispatch (is ${quoted(host)})`,
    );
});

export interface Settings extends z.output<typeof Settings> {
  /** The settings that are given, each with what gives it: its variable, or its flag. */
  readonly given: ReadonlyMap<SettingName, string>;
}
export type SettingName = keyof typeof SHAPES;

/** Settings whose values are never shown, nor read from the command line, which every user can see. */
export const SECRETS: ReadonlySet<SettingName> = new Set([
  ...["apiToken", "databaseUrl", "auditKey"],
] as SettingName[]);

/** A setting as help pages list it. */
export interface SettingHelp {
  readonly name: SettingName;
  /** Name in the environment: `TICK_SECONDS`. */
  readonly variable: string;
  readonly description: string;
  /** The default as text; undefined where there is none. */
  readonly fallback: string | undefined;
  /** The values that it may have, in words. */
  readonly values: string;
}

export const SETTINGS: readonly SettingHelp[] = (Object.keys(SHAPES) as SettingName[]).map(
  (name) => {
    const { data } = SHAPES[name].safeParse(undefined);
    const fallback = typeof data === "boolean" ? Number(data) : data;
    const plain = typeof fallback === "string" || typeof fallback === "number";
    return {
      name,
      variable: variableOf(name),
      description: SHAPES[name].description ?? "",
      fallback: plain ? String(fallback) : undefined,
      values: valuesOf(SHAPES[name]).values,
    };
  },
);

/**
 * Reads the settings. An empty variable counts as not set.
 *
 * @param flags       Texts from the command line, by setting; they win.
 * @param environment Variables of the process.
 * @returns The settings, or every problem at once: one line each, with the name and the value.
 */
export function readSettings(
  flags: Partial<Record<SettingName, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const texts = textsOf(flags, environment);
  const parsed = Settings.safeParse(texts);
  if (parsed.success) return { settings: { ...parsed.data, given: givenBy(flags, environment) } };
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path[0] as SettingName;
    const wrong = SECRETS.has(name) ? mustOf(issue) : describeIssue(issue, texts);
    return `${variableOf(name)} ${wrong}`;
  });
  return { problems };
}

/** The text given for each setting. Files with Windows line ends leave a CR at the end of each value. */
function textsOf(...[flags, environment]: Parameters<typeof readSettings>) {
  return Object.fromEntries(
    SETTINGS.map(({ name, variable }) => [
      name,
      flags[name]?.trim() ?? (environment[variable]?.trim() || undefined),
    ]),
  );
}

/** What gives each setting that is given, so that its default does not apply. */
function givenBy(
  flags: Partial<Record<SettingName, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<SettingName, string> {
  const texts = textsOf(flags, environment);
  const given = SETTINGS.filter(({ name }) => texts[name] !== undefined);
  return new Map(
    given.map(({ name, variable }) => [name, flags[name] === undefined ? variable : flagOf(name)]),
  );
}

/** Whether only this machine reaches an address to listen on. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The flag of a setting: `--tick-seconds`. */
export function flagOf(name: SettingName): string {
  return `--${snakeCase(name).replaceAll("_", "-")}`;
}

function variableOf(name: SettingName): string {
  return snakeCase(name).toUpperCase();
}
