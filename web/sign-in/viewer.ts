// Who is signed in, and what the roles of a person let it do.

export type Role = "VIEWER" | "OPERATOR" | "TRADER" | "ADMIN";

export interface RoleGrant {
  readonly role: Role;
  /** All null: everywhere; else at these sites with their assets, for these assets, and for data points below these paths. */
  readonly siteIds: readonly string[] | null;
  readonly assetIds: readonly string[] | null;
  readonly pathPrefixes: readonly string[] | null;
}

export interface Viewer {
  readonly id: string;
  /** Null: none is known. */
  readonly name: string | null;
  readonly roles: readonly RoleGrant[];
  readonly expiresAt: string | null;
}

/** What is done, by the roles that may do it. */
const ACTIONS = {
  schedule: ["TRADER", "OPERATOR", "ADMIN"],
  operate: ["OPERATOR", "ADMIN"],
  configure: ["TRADER", "ADMIN"],
  administer: ["ADMIN"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof ACTIONS;

/** Where something is done. Left out: anywhere, so that a role for one asset is enough. */
export interface ActionPlace {
  readonly siteId?: string | undefined;
  readonly assetId?: string | undefined;
  /** Whether it concerns the whole fleet. */
  readonly isWhole?: boolean;
}

/** The roles that let a person do something, from the least. */
export const rolesFor = (action: Action): readonly Role[] => ACTIONS[action];

/** What a person is called; one without a name, by the identity. */
export const nameOf = ({ name, id }: Viewer): string => name ?? id;

/** Whether no person is signed in. */
export const isAnonymous = ({ id }: Viewer) => id === "anonymous";

/** Whether a person may read who did what. */
export const isAdmin = ({ roles }: Viewer) => mayBy(roles, "administer", {});

/** Whether a server lets everyone do everything: there is nothing to sign in for. */
export const isOpen = (viewer: Viewer) =>
  isAnonymous(viewer) && mayBy(viewer.roles, "administer", { isWhole: true });

/**
 * Whether something is offered. Without a sign-in it is, as the person is prompted where the server requires one.
 * The server decides; a page that offers too much shows its refusal.
 */
export function isOffered(viewer: Viewer, action: Action, place: ActionPlace = {}): boolean {
  return isAnonymous(viewer) || mayBy(viewer.roles, action, place);
}

function mayBy(
  roles: readonly RoleGrant[],
  action: Action,
  { siteId, assetId, isWhole = false }: ActionPlace,
): boolean {
  return roles.some(({ role, siteIds, assetIds, pathPrefixes }) => {
    if (!(ACTIONS[action] as readonly Role[]).includes(role)) return false;
    if (siteIds === null && assetIds === null) return pathPrefixes === null;
    if (isWhole) return false;
    if (siteId === undefined && assetId === undefined) return true;
    return has(siteIds, siteId) || has(assetIds, assetId);
  });
}

const has = (ids: readonly string[] | null, id: string | undefined) =>
  id !== undefined && (ids ?? []).includes(id.toLowerCase());

/** The roles without their places, each once, from the least. */
export function rolesOf({ roles }: Viewer): readonly Role[] {
  const order: readonly Role[] = ["VIEWER", "TRADER", "OPERATOR", "ADMIN"];
  return order.filter((role) => roles.some((grant) => grant.role === role));
}
