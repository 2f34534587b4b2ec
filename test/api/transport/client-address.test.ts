// The address of a client: of its connection, or behind trusted proxies.
import { describe, expect, test } from "vitest";
import { createClientAddress } from "../../../src/api/transport/client-address.ts";

const PROXIES = ["10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48", "::1", "::ffff:172.16.0.0/108"];

/** The address of a client whose connection and header are these. */
function addressOf(peer: string | undefined, forwarded: string | undefined, proxies = PROXIES) {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return createClientAddress(proxies)({ headers, socket: { remoteAddress: peer } });
}

describe("a header is believed", () => {
  test.each([
    ["of a network", "10.1.2.3"],
    ["of an address", "192.0.2.1"],
    ["of a network of IPv6", "2001:db8:1:2::3"],
    ["of an address of IPv6", "::1"],
    ["of IPv4, mapped to IPv6", "::ffff:10.1.2.3"],
    ["of IPv4, where the network is mapped", "172.31.255.1"],
  ])("%s that is trusted", (_, peer) => {
    expect(addressOf(peer, "203.0.113.7")).toBe("203.0.113.7");
  });

  test.each([
    ["11.0.0.1", "11.0.0.1"],
    ["192.0.2.2", "192.0.2.2"],
    ["2001:db8:2::1", "2001:db8:2::1"],
    ["::ffff:11.0.0.1", "11.0.0.1"],
    ["172.32.0.1", "172.32.0.1"],
    ["127.0.0.1", "127.0.0.1"],
    [undefined, "unknown"],
  ])("of no other peer: not of %s", (peer, address) => {
    expect(addressOf(peer, "203.0.113.7")).toBe(address);
  });

  test.each(["127.0.0.1", "10.1.2.3", "::1"])("of none where none is trusted: %s", (peer) => {
    expect(addressOf(peer, "203.0.113.7", [])).toBe(peer);
  });
});

describe("behind a trusted proxy the client is", () => {
  const PEER = "10.0.0.1";

  test.each([
    ["the last hop that is no proxy", "198.51.100.1, 203.0.113.7, 10.0.0.9, 192.0.2.1"],
    ["without blanks between", "198.51.100.1,203.0.113.7,10.0.0.9"],
    ["with blanks around", "  198.51.100.1 ,\t203.0.113.7  "],
    ["with a port", "198.51.100.1, 203.0.113.7:50123"],
    ["with the ports of proxies too", "203.0.113.7:50123, 10.0.0.9:443, [2001:db8:1::5]:443"],
    ["in brackets", "[203.0.113.7]"],
    ["mapped to IPv6", "::ffff:203.0.113.7"],
    ["mapped to IPv6 in hexadecimal", "::FFFF:cb00:7107"],
    ["mapped to IPv6 with a port", "[::ffff:203.0.113.7]:50123"],
    ["after what is no address", "198.51.100.1, unknown, 203.0.113.7"],
  ])("%s", (_, forwarded) => {
    expect(addressOf(PEER, forwarded)).toBe("203.0.113.7");
  });

  test.each([
    ["bare", "2001:db8:9::1"],
    ["in brackets", "[2001:db8:9::1]"],
    ["with a port", "[2001:db8:9::1]:50123, ::1"],
    ["in another text", "2001:0DB8:0009:0:0:0:0:0001"],
    ["with a zone", "2001:db8:9::1%eth0"],
  ])("one of IPv6, %s", (_, forwarded) => {
    expect(addressOf(PEER, forwarded)).toBe("2001:db8:9::1");
  });

  test.each([
    ["the proxy, without a header", undefined, PEER],
    ["the proxy, with an empty one", "", PEER],
    ["the proxy, where the last hop is no address", "203.0.113.7, unknown", PEER],
    ["the proxy, where the last hop is empty", "203.0.113.7,", PEER],
    ["the proxy, where the last hop has a name", "203.0.113.7, _hidden:x", PEER],
    ["the proxy, where the last hop has leading zeros", "203.0.113.007", PEER],
    ["the proxy, where the last hop is long", `203.0.113.7, ${"1".repeat(9_000)}`, PEER],
    [
      "the last good hop before what is no address",
      "203.0.113.7, x, 10.0.0.8, 10.0.0.9",
      "10.0.0.8",
    ],
    ["the first hop, where all are proxies", "10.0.0.7, 10.0.0.8", "10.0.0.7"],
    ["the first hop after an empty one, where all are proxies", ",10.0.0.7, 10.0.0.8", "10.0.0.7"],
    ["a proxy, where there are very many", `203.0.113.7${", 10.0.0.9".repeat(500)}`, "10.0.0.9"],
  ])("%s", (_, forwarded, address) => {
    expect(addressOf(PEER, forwarded)).toBe(address);
  });
});

test("an address is always found, whatever comes", () => {
  const pieces = ["1", "255", ".", ":", "::", "[", "]", "%", "%eth0", "ffff", ",", " ", "10.0.0.1"];
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  for (let n = 0; n < 20_000; n++) {
    const text = Array.from({ length: next() % 14 }, () => pieces[next() % pieces.length]).join("");
    expect(addressOf("10.0.0.1", text)).toMatch(/^[\da-f.:]+$/);
  }
});
