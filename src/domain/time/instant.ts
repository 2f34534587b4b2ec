// The reader of instants that clients write, for all edges.
import { quoted } from "../base/quote.ts";

/** The accepted forms, for the documentation of every edge. */
export const INSTANT_FORMS =
  "RFC 3339 with any offset (also +0200 or +02, and a space for the T), or milliseconds since 1970";

const EXAMPLE = "2026-11-20T12:00:00Z";

const TIME = String.raw`(\d\d:\d\d)(?::(\d\d)(\.\d{1,30})?)?`;
// In an address, the + of an offset is read as a space.
const OFFSET = String.raw`[Zz]| ?[+-]\d\d(?::?\d\d)?|  ?\d\d(?::?\d\d)?`;
const FORM = new RegExp(String.raw`^(\d{4}-\d\d-\d\d)(?:[Tt ]${TIME}(${OFFSET})?)?$`);
const USUAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const DIGITS = /^\d{1,30}$/;

/** Bounds of plausible milliseconds: smaller numbers are probably seconds, larger ones microseconds. */
const LEAST_MS = 1e11;
const BEYOND_MS = 1e13;
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

type Read = { readonly ms: number } | { readonly wrong: string };

/**
 * Reads an instant; digits of a second beyond the milliseconds are cut off.
 *
 * @param given A text, or a number of ms.
 * @returns Its ms since 1970; or the error, as the end of a sentence that begins with the name of the field.
 */
export function readInstant(given: unknown): Read {
  const read = readForm(given);
  if ("ms" in read) return read;
  const reason = read.wrong && `: ${read.wrong}`;
  return { wrong: `must be an instant like ${EXAMPLE}, not ${quoted(given)}${reason}` };
}

/** Reads an instant, with the error alone. */
function readForm(given: unknown): Read {
  if (typeof given === "number") return readMs(given);
  if (typeof given !== "string") return { wrong: "" };
  const usualMs = readUsual(given);
  if (usualMs !== undefined) return { ms: usualMs };
  if (DIGITS.test(given)) return readMs(Number(given));
  const [found, date = "", minutes, seconds = "00", fraction = ".0", offset] =
    FORM.exec(given) ?? [];
  if (found === undefined) return { wrong: "" };
  if (minutes === undefined) return { wrong: "the time is missing" };
  if (offset === undefined)
    return { wrong: "the offset is missing, add Z for UTC, or one like +02:00" };
  const wrong = refuseDate(date) ?? refuseTime(`${minutes}:${seconds}`);
  if (wrong !== undefined) return { wrong };
  const offsetMs = offsetOf(offset);
  if (offsetMs === undefined) return { wrong: "an offset is at most 23:59" };
  const ms =
    Date.parse(`${date}T${minutes}:${seconds}${fraction.slice(0, 4).padEnd(4, "0")}Z`) - offsetMs;
  if (ms >= FIRST_MS && ms <= LAST_MS) return { ms };
  return { wrong: "years are 1 to 9999" };
}

/** Reads the form that programs write, of which a schedule has thousands; undefined where it is another one, or wrong. */
function readUsual(given: string): number | undefined {
  if (!USUAL.test(given)) return undefined;
  const date = new Date(given);
  const ms = date.getTime();
  // A day that a month does not have, and the hour 24, would be read as the next day.
  const isSame = Number(given.slice(8, 10)) === date.getUTCDate();
  return isSame && ms >= FIRST_MS ? ms : undefined;
}

function readMs(ms: number): Read {
  if (!Number.isInteger(ms)) return { wrong: "milliseconds are whole" };
  // 0 means the same in every unit.
  if (ms === 0 || (ms >= LEAST_MS && ms < BEYOND_MS)) return { ms };
  if (ms < 0) return { wrong: "milliseconds count from 1970 on" };
  const size = ms < LEAST_MS ? "small" : "large";
  return { wrong: `it is too ${size} for milliseconds since 1970, which have 13 digits` };
}

function refuseDate(date: string): string | undefined {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  if (year === 0) return "years are 1 to 9999";
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days === undefined || day < 1 || day > days ? `there is no day ${date}` : undefined;
}

function refuseTime(time: string): string | undefined {
  const [hour = 0, minute = 0, second = 0] = time.split(":").map(Number);
  if (hour === 24) return "hours end at 23, midnight is 00:00 of the next day";
  if (second === 60) return "leap seconds are not counted, seconds end at 59";
  return hour > 24 || minute > 59 || second > 59 ? `there is no time ${time}` : undefined;
}

/** The offset of a zone: subtracted from local time it gives UTC, in ms. */
function offsetOf(text: string): number | undefined {
  const [hours = "00", minutes = "00"] = text.match(/\d\d/g) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return text.includes("-") ? -ms : ms;
}
