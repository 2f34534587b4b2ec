// The settings that hold from the start on: why each of them cannot change while the server runs.
import type { SettingName } from "./settings.ts";
import type { TunableName } from "./tunables.ts";

const NETWORK = "It says who reaches the server: what the operator of the machine gives.";
const IDENTITY =
  "It says who is an admin: an admin by mistake, or an attacker, must not make others.";
const ONCE = "It is of the start alone.";

/** The reasons, by setting. */
export const FIXED_REASONS: Readonly<Record<Exclude<SettingName, TunableName>, string>> = {
  host: NETWORK,
  port: NETWORK,
  tickSeconds: "The grid of instants of all ticks, and what is stored by it, depend on it.",
  assetsFile:
    "The stored fleet was brought to this file; its content is read again by POST /assets/reload.",
  data: "The database lies there, and with it the settings.",
  databaseUrl: "The settings are in that database.",
  spoolMb: "The spool is of one size from its opening on.",
  auditRetentionDays: "Who may change settings must not be able to have the record of it removed.",
  auditKey: "The chain of the audit log is signed with it; nothing that is stored may replace it.",
  resetDb: ONCE,
  demo: ONCE,
  prune: "It answers a question of one start, or of one reload.",
  corsOrigin: NETWORK,
  allowedHosts: NETWORK,
  trustedProxies: NETWORK,
  apiToken: IDENTITY,
  allowAnonymous: IDENTITY,
  anonymousRole: IDENTITY,
  oidcIssuer: IDENTITY,
  oidcAudience: IDENTITY,
  oidcClientId: IDENTITY,
  oidcScope: IDENTITY,
  oidcAdmin: IDENTITY,
};
