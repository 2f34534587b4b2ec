// The origins and host names of the settings, in the one form in which requests carry them.
import { quoted } from "../domain/base/quote.ts";

/** The value of an item of a setting, or the reason why it has none. */
export type Read = { readonly value: string } | { readonly wrong: string };

const EXAMPLE = "https://app.example.com";

/** The origin that a browser sends for an address; `*`, which means every origin, and `null` are left as they are. */
export function readOrigin(text: string): Read {
  if (text === "*" || text === "null") return { value: text };
  const refuse = (reason: string): Read => ({
    wrong: `must be origins like ${EXAMPLE}, not ${quoted(text)}: ${reason}`,
  });
  if (text.includes("*")) return refuse("name each origin, or * alone for every one");
  const [, scheme, rest] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return refuse("it must begin with https://");
  const host = rest.replace(/\/$/, "");
  if (/[/?#@\s]/.test(host)) return refuse("an origin has no path, query or user");
  if (!/^https?$/i.test(scheme)) return { value: `${scheme}://${host}`.toLowerCase() };
  const url = urlOf(`${scheme}://${host}`);
  return url === undefined ? refuse("it names no host") : { value: url.origin };
}

/** A name as it stands in the Host header of requests, without the port. */
export function readHostName(text: string): Read {
  const refuse = (reason: string): Read => ({
    wrong: `must be host names like mando.example.com, not ${quoted(text)}: ${reason}`,
  });
  if (text.includes("*")) return refuse("name each host");
  const name = text.replace(/^[a-z][a-z\d+.-]*:\/\//i, "").replace(/\/$/, "");
  if (/[/?#@\s]/.test(name)) return refuse("a host has no path, query or user");
  // An IPv6 address contains colons.
  const isBare = !name.startsWith("[") && name.split(":").length > 2;
  const url = urlOf(`http://${isBare ? `[${name}]` : name}`);
  const host = url?.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return host ? { value: host } : refuse("it names no host");
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
