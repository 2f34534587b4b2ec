// The English texts of what the server answers, by its codes.
export const EN_ANSWER = {
  /** What a code means, and what to do. */
  codes: {
    FORBIDDEN: "Your role does not allow this.",
    UNAUTHORIZED: "The server requires that you sign in.",
    TOO_MANY_SIGN_INS: "Too many sign-ins failed from here: wait a minute.",
    SIGN_IN_UNAVAILABLE:
      "The server cannot check your sign-in at the moment: try again in a moment.",
    ASSET_UNKNOWN: "There is no such asset in the fleet any more.",
    ASSET_RETIRED: "The asset is retired and runs no more: its history stays.",
    ASSET_LAST: "No asset would be left that runs: register another one first.",
    SITE_UNKNOWN: "There is no such site any more: choose another one.",
    SITE_RETIRED: "The site is retired: choose another one.",
    SITE_NOT_EMPTY: "Assets run at the site: retire them first.",
    MANAGED_BY_FILE: "It does not come by the API: change it in the assets file.",
    POWER_TOO_SMALL: "A power is 0, which stops the asset, or at least 1 W.",
    DURATION_OUT_OF_RANGE: "The duration must be 1 s to 366 days.",
    LEASE_OUT_OF_RANGE: "The lease must be 1 s to 366 days.",
    START_OUT_OF_RANGE: "The start must lie ahead, and at most 31 days.",
    WINDOW_TOO_SHORT: "No tick starts in this time: a longer duration is needed.",
    TOO_MANY_DISPATCHES:
      "As many dispatches of the asset wait for their start as may: cancel some, or give a schedule.",
    DISPATCH_UNKNOWN: "There is no such dispatch any more.",
    DISPATCH_ENDED: "The dispatch has ended already: send a new one.",
    NO_LEASE: "The dispatch has no lease to renew.",
    ALARM_UNKNOWN: "There is no such alarm any more: it was cleared long ago.",
    STORE_UNAVAILABLE: "The database is unavailable: try again in a moment. Live data go on.",
    NOT_READY: "The server is starting or stopping: try again in a moment.",
    HISTORY_BUSY: "Too many read the past at once: try again in a moment.",
    HISTORY_TIMEOUT: "The past of this time took too long to read: choose a shorter time.",
  },
  /** What is wrong with the intervals of a schedule. */
  intervals: {
    order:
      "The interval begins before the one above it ends: intervals are in the order of time, without overlap.",
    tooMany: "A schedule has at most 3,000 intervals: give the later ones later.",
    allOver: "All intervals are over: give those to come, or none to remove the schedule.",
    reversed: "The interval ends where it begins, or before: its end must be later.",
    neededBefore:
      "A dispatch that was accepted before needs what the present schedule charges or discharges.",
  },
  /** What an alarm means, by its code. */
  alarmMeanings: {
    PROMISE_AT_RISK: "An accepted dispatch will deliver less than it promised.",
    STORE_DEGRADED:
      "What was reported waits for the database or the disk, or is lost from history.",
    TICKS_SKIPPED: "Ticks were left out, because the server was too far behind.",
    CLOCK_AHEAD:
      "What is stored, or the clock of the server, is ahead of the clock of the machine.",
    DATA_STALE: "The fleet does not report.",
    ASSET_LIMITED: "The asset has not delivered its setpoint for long.",
    SETTING_INVALID: "A stored setting has a value that this version does not accept.",
  },
  /** A value that breaks a rule, which the server names. */
  notAllowed: (message: string) => message,
};
