// The address of a client: that of its connection, or the one that a trusted proxy names in X-Forwarded-For.
import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP, SocketAddress } from "node:net";

/** Hops of a header that are read, from its end. */
const MOST_HOPS = 30;
const LONGEST_HOP = 60;

/** The address of the client that sent a request. */
export type ClientAddress = (request: {
  readonly headers: IncomingHttpHeaders;
  /** Without an address, where the connection has ended. */
  readonly socket: { readonly remoteAddress?: string | undefined };
}) => string;

/**
 * Where the peer is a trusted proxy, the client is the last hop of the header that is none; where all are, the first.
 * Hops before one that is no address are not believed.
 *
 * @param trustedProxies Addresses and networks. Empty: no header is believed.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, versionOf(address));

  return ({ headers, socket: { remoteAddress: peer } }) => {
    if (peer === undefined) return "unknown";
    let address = plainAddress(peer);
    // Node joins several headers by commas.
    const forwarded = headers["x-forwarded-for"]?.toString();
    if (trustedProxies.length === 0 || forwarded === undefined) return address;
    let end = forwarded.length;
    for (let hops = 0; hops < MOST_HOPS && end >= 0 && isTrusted(address); hops++) {
      const comma = forwarded.lastIndexOf(",", end - 1);
      const hop = addressOfHop(forwarded.slice(comma + 1, end));
      if (hop === undefined) break;
      address = hop;
      end = comma;
    }
    return address;
  };
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    if (prefix === undefined) list.addAddress(address, versionOf(address));
    else list.addSubnet(address, Number(prefix), versionOf(address));
  }
  return list;
}

/** The address of a hop, which some proxies write with a port or in brackets. */
function addressOfHop(text: string): string | undefined {
  const hop = text.trim();
  if (hop.length > LONGEST_HOP) return undefined;
  const [, inBrackets, beforePort] = /^(?:\[(.*)\]|([\d.]+))(?::\d{1,5})?$/.exec(hop) ?? [];
  const address = inBrackets ?? beforePort ?? hop;
  return isIP(address) === 0 ? undefined : plainAddress(address);
}

/** The one text of an address; that of IPv4 also where it is mapped to IPv6. */
function plainAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const text = new SocketAddress({ address, family: "ipv6" }).address;
  return text.startsWith("::ffff:") && text.includes(".") ? text.slice("::ffff:".length) : text;
}

function versionOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}
