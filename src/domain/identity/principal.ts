// A principal: who requests something, what is granted to it, and the way by which it came.
import type { Role } from "./role.ts";

/** The way by which a request came. `cli`: a command on the machine; `flow`: the server itself. */
export const CHANNELS = ["rest", "graphql", "websocket", "sse", "cli", "flow"] as const;

export type Channel = (typeof CHANNELS)[number];

/**
 * A role, and where it holds. All lists null: everywhere; else at these sites with their assets, for these assets, and for
 * data points below these prefixes.
 */
export interface RoleGrant {
  readonly role: Role;
  /** Ids of sites in lower case. */
  readonly siteIds: readonly string[] | null;
  /** Ids of assets in lower case. */
  readonly assetIds: readonly string[] | null;
  /** Paths of data points: each with all below it. */
  readonly pathPrefixes: readonly string[] | null;
}

/** Who a client is, whatever the way of the request. */
export interface Identity {
  /**
   * Stable and unique: `local` (the command line), `anonymous`, `token:<name>`, `api-token`, `<tid>+<oid>` or
   * `<iss>+<sub>` of OpenID Connect, `flow:<name>.<version>`, `system:<name>`.
   */
  readonly id: string;
  /** The display name; null: none is known. */
  readonly name: string | null;
  /** Empty: nothing may be done. */
  readonly grants: readonly RoleGrant[];
  /** When the sign-in ends, in ms since the epoch; null: never. */
  readonly expiresAtMs: number | null;
}

export interface Principal extends Identity {
  readonly channel: Channel;
  /** The address of the client; null: it is this machine itself. */
  readonly address: string | null;
}

const EVERYWHERE = { siteIds: null, assetIds: null, pathPrefixes: null } as const;

/** The id of whom no token came from. */
export const ANONYMOUS = "anonymous";

/** The name to show; null: it is not known who it is. */
export function nameOf({ id, name }: Identity): string | null {
  return id === ANONYMOUS ? null : (name ?? id);
}

export function isEverywhere({ siteIds, assetIds, pathPrefixes }: RoleGrant): boolean {
  return siteIds === null && assetIds === null && pathPrefixes === null;
}

/** A role that holds everywhere. */
export function everywhere(role: Role): RoleGrant {
  return { role, ...EVERYWHERE };
}

/** The principal of the server's own work. @param name What works, `demo` for example. */
export function systemPrincipal(name: string): Principal {
  const grants = [everywhere("admin")];
  return {
    id: `system:${name}`,
    name: null,
    grants,
    expiresAtMs: null,
    channel: "flow",
    address: null,
  };
}

/** The principal of a command on the machine. */
export const LOCAL: Principal = {
  ...{ id: "local", name: null, grants: [everywhere("admin")], expiresAtMs: null },
  ...{ channel: "cli", address: null },
};
