// Networks of clients: the text of each.
import { expect, test } from "vitest";
import { networkOf } from "../../../src/domain/base/network.ts";

test.each([
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8::/64"],
  ["2001:0:0:1::", "2001:0:0:1::/64"],
  ["fe80::1%eth0", "fe80::/64"],
  ["::1", "0::/64"],
  ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["this machine", "this machine"],
])("%s is of %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
