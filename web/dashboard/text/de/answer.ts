// The German texts of what the server answers, by its codes.
import type { EN_ANSWER } from "../en/answer.ts";

export const DE_ANSWER: typeof EN_ANSWER = {
  /** What a code means, and what to do. */
  codes: {
    FORBIDDEN: "Ihre Rolle erlaubt das nicht.",
    UNAUTHORIZED: "Der Server verlangt, dass Sie sich anmelden.",
    TOO_MANY_SIGN_INS: "Zu viele Anmeldungen von hier sind gescheitert: Warten Sie eine Minute.",
    SIGN_IN_UNAVAILABLE:
      "Der Server kann Ihre Anmeldung gerade nicht prüfen: Versuchen Sie es gleich noch einmal.",
    ASSET_UNKNOWN: "Diese Batterie gibt es in der Flotte nicht mehr.",
    ASSET_RETIRED: "Die Batterie ist stillgelegt und läuft nicht mehr: Ihr Verlauf bleibt.",
    ASSET_LAST: "Es bliebe keine Batterie, die läuft: Legen Sie erst eine andere an.",
    SITE_UNKNOWN: "Diesen Standort gibt es nicht mehr: Wählen Sie einen anderen.",
    SITE_RETIRED: "Der Standort ist stillgelegt: Wählen Sie einen anderen.",
    SITE_NOT_EMPTY: "Am Standort laufen Batterien: Legen Sie erst diese still.",
    MANAGED_BY_FILE:
      "Der Eintrag kommt nicht über die API: Ändern Sie ihn in der Datei der Anlagen.",
    POWER_TOO_SMALL: "Eine Leistung ist 0, was die Batterie anhält, oder mindestens 1 W.",
    DURATION_OUT_OF_RANGE: "Die Dauer muss 1 s bis 366 Tage sein.",
    LEASE_OUT_OF_RANGE: "Die Gültigkeit muss 1 s bis 366 Tage sein.",
    START_OUT_OF_RANGE: "Der Beginn muss in der Zukunft liegen, höchstens 31 Tage voraus.",
    WINDOW_TOO_SHORT: "In dieser Zeit beginnt kein Takt: Die Dauer muss länger sein.",
    TOO_MANY_DISPATCHES:
      "So viele Abrufe der Batterie, wie dürfen, warten schon auf ihren Beginn: Stornieren Sie einige, oder geben Sie einen Fahrplan.",
    DISPATCH_UNKNOWN: "Diesen Abruf gibt es nicht mehr.",
    DISPATCH_ENDED: "Der Abruf ist schon beendet: Senden Sie einen neuen.",
    NO_LEASE: "Der Abruf hat keine Gültigkeit, die zu erneuern wäre.",
    ALARM_UNKNOWN: "Diesen Alarm gibt es nicht mehr: Er ist seit Langem behoben.",
    STORE_UNAVAILABLE:
      "Die Datenbank ist nicht erreichbar: Versuchen Sie es gleich noch einmal. Livedaten laufen weiter.",
    NOT_READY: "Der Server startet oder hält an: Versuchen Sie es gleich noch einmal.",
    HISTORY_BUSY: "Zu viele lesen gerade die Vergangenheit: Versuchen Sie es gleich noch einmal.",
    HISTORY_TIMEOUT:
      "Die Vergangenheit dieser Zeit zu lesen dauerte zu lange: Wählen Sie eine kürzere Zeit.",
  },
  /** What is wrong with the intervals of a schedule. */
  intervals: {
    order:
      "Das Intervall beginnt, bevor das darüber endet: Intervalle folgen einander in der Zeit, ohne Überschneidung.",
    tooMany: "Ein Fahrplan hat höchstens 3.000 Intervalle: Geben Sie die späteren später.",
    allOver:
      "Alle Intervalle sind vorbei: Geben Sie kommende, oder keines, um den Fahrplan zu entfernen.",
    reversed: "Das Intervall endet, wo es beginnt, oder davor: Das Ende muss später sein.",
    neededBefore:
      "Ein früher angenommener Abruf braucht, was der jetzige Fahrplan lädt oder entlädt.",
  },
  /** What an alarm means, by its code. */
  alarmMeanings: {
    PROMISE_AT_RISK: "Ein angenommener Abruf wird weniger liefern als zugesagt.",
    STORE_DEGRADED:
      "Was gemeldet wurde, wartet auf die Datenbank oder die Platte, oder fehlt im Verlauf.",
    TICKS_SKIPPED: "Takte wurden ausgelassen, weil der Server zu weit zurücklag.",
    CLOCK_AHEAD: "Was gespeichert ist, oder die Uhr des Servers, geht der Uhr des Rechners voraus.",
    DATA_STALE: "Die Flotte meldet nichts.",
    ASSET_LIMITED: "Die Batterie liefert seit Langem nicht ihren Sollwert.",
    SETTING_INVALID:
      "Eine gespeicherte Einstellung hat einen Wert, den diese Version nicht zulässt.",
  },
  /** A value that breaks a rule, which the server names. */
  notAllowed: (message) => `Nicht zulässig: ${message}`,
};
