// The codes of alarms: each with its severity, its meaning, and when it is raised and cleared.

/** From the least to the most urgent. */
export const ALARM_SEVERITIES = ["info", "warning", "critical"] as const;

export type AlarmSeverity = (typeof ALARM_SEVERITIES)[number];

/** `info`: to know; `warning`: to look at soon; `critical`: to act on now. */
export const SEVERITY_MEANINGS: Readonly<Record<AlarmSeverity, string>> = {
  info: "To know.",
  warning: "To look at soon.",
  critical: "To act on now.",
};

interface AlarmRule {
  readonly severity: AlarmSeverity;
  /** What one alarm of this code is about; at most one of each is open. */
  readonly subject: "server" | "asset" | "dispatch";
  readonly meaning: string;
  readonly raised: string;
  readonly cleared: string;
}

/** Codes are only ever added, and never used for another meaning. */
export const ALARM_RULES = {
  PROMISE_AT_RISK: {
    severity: "critical",
    subject: "dispatch",
    meaning: "An accepted dispatch will deliver less than it promised.",
    raised: "When its shortfall is first expected (`SHORTFALL_EXPECTED`).",
    cleared: "When its shortfall is averted (`SHORTFALL_AVERTED`), or the dispatch ends.",
  },
  STORE_DEGRADED: {
    severity: "critical",
    subject: "server",
    meaning:
      "What was reported waits for the database or the disk, was set aside, or is lost from history.",
    raised: "When the health of the server has a reason `STORE_DEGRADED`.",
    cleared: "When it has none any more: `event_shown_s` after the last loss, else at once.",
  },
  TICKS_SKIPPED: {
    severity: "warning",
    subject: "server",
    meaning: "Ticks were left out, because the server was too far behind.",
    raised: "When ticks are skipped.",
    cleared: "After `unskipped_s` of ticks without a skip.",
  },
  CLOCK_AHEAD: {
    severity: "warning",
    subject: "server",
    meaning: "What is stored, or the clock of the server, is ahead of the clock of the machine.",
    raised: "When the health of the server has a reason `CLOCK_AHEAD`.",
    cleared: "When it has none any more.",
  },
  DATA_STALE: {
    severity: "critical",
    subject: "server",
    meaning: "The fleet does not report.",
    raised: "When there was no frame for `stale_ticks`, and for at least `stale_s`.",
    cleared: "At the next frame.",
  },
  ASSET_LIMITED: {
    severity: "warning",
    subject: "asset",
    meaning: "An asset has not delivered its setpoint for long.",
    raised:
      "When it was limited by POWER, ENERGY or SITE in every sample of `asset_limited_s`, with a setpoint other than 0. The time counts from the start of the server at the earliest.",
    cleared:
      "At the first sample without, when the asset is retired, or when `asset_limited_s` is set to more than it was limited for.",
  },
  SETTING_INVALID: {
    severity: "warning",
    subject: "server",
    meaning: "A stored setting has a value that this version does not accept.",
    raised: "When such a value is read: it is kept, and what is inherited is in force.",
    cleared:
      "When each of them has a value that is accepted, or was taken back; where it would name others, another one is raised in its place.",
  },
} as const satisfies Readonly<Record<string, AlarmRule>>;

export type AlarmCode = keyof typeof ALARM_RULES;

export const ALARM_CODES = Object.keys(ALARM_RULES) as AlarmCode[];
