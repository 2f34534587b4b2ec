// Networks of clients: what counts as one where clients are counted.

/** The network of an address of IPv6, as one host has a whole /64: `2001:db8:1:2::/64`. Other addresses are left as they are. */
export function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [left, right] = address.split("::").map((it) => it.split(":").filter((group) => group));
  const zeros = Math.max(0, 8 - (left?.length ?? 0) - (right?.length ?? 0));
  const groups = [...(left ?? []), ...Array(right ? zeros : 0).fill("0"), ...(right ?? [])];
  return `${groups
    .slice(0, 4)
    .join(":")
    .replace(/(:0)+$/, "")}::/64`;
}
