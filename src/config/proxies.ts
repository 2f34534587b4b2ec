// The proxies of the settings: addresses and networks, as CIDR writes them.
import { isIP } from "node:net";
import { quoted } from "../domain/base/quote.ts";
import type { Read } from "./origins.ts";

/** An address of IPv4 or IPv6, or a network of them. */
export function readNetwork(text: string): Read {
  const refuse = (reason: string): Read => ({
    wrong: `must be addresses or networks like 10.0.0.0/8, not ${quoted(text)}: ${reason}`,
  });
  const [address = "", prefix, ...others] = text.split("/");
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 0) return refuse("it is no address of IPv4 or IPv6");
  if (prefix === undefined) return { value: text };
  const longest = version === 4 ? 32 : 128;
  // With 0 every client would be a proxy, and could name any address.
  const isPrefix = /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= longest;
  if (!isPrefix || others.length > 0) return refuse(`behind the / must be 1 to ${longest}`);
  return { value: text };
}
