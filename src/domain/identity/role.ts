// Roles: what each lets its holder do.

export const ROLES = {
  viewer: "Reads.",
  operator:
    "Reads, dispatches and schedules assets, ends the demo, acknowledges alarms, and writes data points.",
  trader: "Reads, schedules assets, writes data points, and changes the settings of flows.",
  admin:
    "Does everything: also changes the fleet, settings, tokens and role rules, and reads the audit log.",
} as const;

export type Role = keyof typeof ROLES;

/** What is done, by the roles that may do it; an admin may do all of it. */
export const ACTIONS = {
  read: ["viewer", "operator", "trader", "admin"],
  save: ["operator", "trader", "admin"],
  schedule: ["operator", "trader", "admin"],
  operate: ["operator", "admin"],
  configure: ["trader", "admin"],
  administer: ["admin"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Action = keyof typeof ACTIONS;

/** Whether a role may do something. */
export function roleMay(role: Role, action: Action): boolean {
  return (ACTIONS[action] as readonly Role[]).includes(role);
}
