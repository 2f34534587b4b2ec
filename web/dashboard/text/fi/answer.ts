// The Finnish texts of what the server answers, by its codes.
import type { EN_ANSWER } from "../en/answer.ts";

export const FI_ANSWER: typeof EN_ANSWER = {
  /** What a code means, and what to do. */
  codes: {
    FORBIDDEN: "Roolisi ei salli tätä.",
    UNAUTHORIZED: "Palvelin vaatii kirjautumisen.",
    TOO_MANY_SIGN_INS: "Liian moni kirjautuminen täältä epäonnistui: odota minuutti.",
    SIGN_IN_UNAVAILABLE:
      "Palvelin ei voi juuri nyt tarkistaa kirjautumistasi: yritä pian uudelleen.",
    ASSET_UNKNOWN: "Tätä akkua ei enää ole laivueessa.",
    ASSET_RETIRED: "Akku on poistettu käytöstä eikä enää toimi: sen historia säilyy.",
    ASSET_LAST: "Yhtään toimivaa akkua ei jäisi: lisää ensin toinen.",
    SITE_UNKNOWN: "Tätä kohdetta ei enää ole: valitse toinen.",
    SITE_RETIRED: "Kohde on poistettu käytöstä: valitse toinen.",
    SITE_NOT_EMPTY: "Kohteessa toimii akkuja: poista ensin ne käytöstä.",
    MANAGED_BY_FILE: "Se ei ole peräisin API:sta: muuta se laitetiedostossa.",
    POWER_TOO_SMALL: "Teho on 0, joka pysäyttää akun, tai vähintään 1 W.",
    DURATION_OUT_OF_RANGE: "Keston on oltava 1 s – 366 päivää.",
    LEASE_OUT_OF_RANGE: "Voimassaolon on oltava 1 s – 366 päivää.",
    START_OUT_OF_RANGE: "Alun on oltava tulevaisuudessa, enintään 31 päivän päässä.",
    WINDOW_TOO_SHORT: "Tässä ajassa ei ala yhtään askelta: keston on oltava pidempi.",
    TOO_MANY_DISPATCHES:
      "Akun ohjauksia odottaa alkuaan jo enimmäismäärä: peru joitakin tai anna aikataulu.",
    DISPATCH_UNKNOWN: "Tätä ohjausta ei enää ole.",
    DISPATCH_ENDED: "Ohjaus on jo päättynyt: lähetä uusi.",
    NO_LEASE: "Ohjauksella ei ole uusittavaa voimassaoloa.",
    ALARM_UNKNOWN: "Tätä hälytystä ei enää ole: se poistui kauan sitten.",
    STORE_UNAVAILABLE:
      "Tietokantaan ei saada yhteyttä: yritä hetken päästä uudelleen. Suorat tiedot jatkuvat.",
    NOT_READY: "Palvelin käynnistyy tai pysähtyy: yritä hetken päästä uudelleen.",
    HISTORY_BUSY: "Liian moni lukee menneisyyttä yhtä aikaa: yritä hetken päästä uudelleen.",
    HISTORY_TIMEOUT: "Tämän ajan menneisyyden lukeminen kesti liian kauan: valitse lyhyempi aika.",
  },
  /** What is wrong with the intervals of a schedule. */
  intervals: {
    order:
      "Jakso alkaa ennen kuin sen yllä oleva päättyy: jaksot ovat aikajärjestyksessä, ilman päällekkäisyyttä.",
    tooMany: "Aikataulussa on enintään 3 000 jaksoa: anna myöhemmät myöhemmin.",
    allOver: "Kaikki jaksot ovat ohi: anna tulevia, tai ei yhtään, jolloin aikataulu poistuu.",
    reversed: "Jakso päättyy siihen, mistä alkaa, tai ennen: lopun on oltava myöhemmin.",
    neededBefore:
      "Aiemmin hyväksytty ohjaus tarvitsee sen, mitä nykyinen aikataulu lataa tai purkaa.",
  },
  /** What an alarm means, by its code. */
  alarmMeanings: {
    PROMISE_AT_RISK: "Hyväksytty ohjaus toimittaa vähemmän kuin lupasi.",
    STORE_DEGRADED: "Raportoitu odottaa tietokantaa tai levyä, tai puuttuu historiasta.",
    TICKS_SKIPPED: "Askelia jäi väliin, koska palvelin oli liikaa jäljessä.",
    CLOCK_AHEAD: "Tallennettu tieto tai palvelimen kello on koneen kellon edellä.",
    DATA_STALE: "Laivue ei raportoi.",
    ASSET_LIMITED: "Akku ei ole pitkään aikaan toimittanut asetusarvoaan.",
    SETTING_INVALID: "Tallennetulla asetuksella on arvo, jota tämä versio ei hyväksy.",
  },
  /** A value that breaks a rule, which the server names. */
  notAllowed: (message) => `Ei kelpaa: ${message}`,
};
