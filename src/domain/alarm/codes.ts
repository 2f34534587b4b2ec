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

/** No frame for so many ticks, and for at least so long, in s, is stale data. */
export const STALE = { ticks: 3, leastS: 15 } as const;
/** For how long every sample must be limited before it is an alarm, in s. */
export const LIMITED_S = 3600;
/** For how long ticks must run without a skip until the alarm is cleared, in s of ticks. */
export const UNSKIPPED_S = 3600;

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
    cleared: "When it has none any more: ten minutes after the last loss, else at once.",
  },
  TICKS_SKIPPED: {
    severity: "warning",
    subject: "server",
    meaning: "Ticks were left out, because the server was too far behind.",
    raised: "When ticks are skipped.",
    cleared: "After an hour of ticks without a skip.",
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
    raised: "When there was no frame for 3 ticks, and for at least 15 s.",
    cleared: "At the next frame.",
  },
  ASSET_LIMITED: {
    severity: "warning",
    subject: "asset",
    meaning: "An asset has not delivered its setpoint for long.",
    raised:
      "When it was limited by POWER, ENERGY or SITE in every sample of an hour, with a setpoint other than 0. The hour counts from the start of the server at the earliest.",
    cleared: "At the first sample without, or when the asset is retired.",
  },
} as const satisfies Readonly<Record<string, AlarmRule>>;

export type AlarmCode = keyof typeof ALARM_RULES;

export const ALARM_CODES = Object.keys(ALARM_RULES) as AlarmCode[];
