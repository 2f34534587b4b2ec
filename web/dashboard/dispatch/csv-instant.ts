// Instants in a CSV: the forms that the REST API takes, RFC 3339 with any offset, or milliseconds since 1970.

const TIME = String.raw`(\d\d):(\d\d)(?::(\d\d)(\.\d{1,30})?)?`;
const OFFSET = String.raw`[Zz]| ?[+-]\d\d(?::?\d\d)?|  ?\d\d(?::?\d\d)?`;
const FORM = new RegExp(String.raw`^(\d{4}-\d\d-\d\d)[Tt ]${TIME}(${OFFSET})$`);
const DIGITS = /^\d{1,30}$/;
/** Bounds of plausible milliseconds. */
const LEAST_MS = 1e11;
const BEYOND_MS = 1e13;
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** The instant of a text, in ms since 1970; undefined where it is none. */
export function csvInstantMs(text: string): number | undefined {
  if (DIGITS.test(text)) {
    const ms = Number(text);
    return ms === 0 || (ms >= LEAST_MS && ms < BEYOND_MS) ? ms : undefined;
  }
  const [found, date = "", hour = "", minute = "", second = "00", fraction = ".0", offset = ""] =
    FORM.exec(text) ?? [];
  if (found === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const dayMs = Date.parse(`${date}T00:00:00Z`);
  // A day that its month does not have is read as another one.
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, 10) !== date) return undefined;
  const offsetMs = offsetMsOf(offset);
  if (offsetMs === undefined) return undefined;
  const thousandths = Number(fraction.slice(1, 4).padEnd(3, "0"));
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  const ms = dayMs + seconds * 1000 + thousandths - offsetMs;
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : undefined;
}

function offsetMsOf(text: string): number | undefined {
  const [hours = "00", minutes = "00"] = text.match(/\d\d/g) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return text.includes("-") ? -ms : ms;
}
