// The place of a person in the pages: a page with what is chosen on it, written as an address.

export type Page =
  | { readonly kind: "fleet" }
  | { readonly kind: "asset"; readonly id: string }
  | { readonly kind: "site"; readonly id: string }
  | { readonly kind: "alarms" }
  | { readonly kind: "audit" }
  | { readonly kind: "settings" }
  | { readonly kind: "unknown" };

/** What is chosen on a page, by name. A choice that is left out has its default. */
export type Params = Readonly<Record<string, string>>;

export interface Place {
  readonly page: Page;
  readonly params: Params;
}

/** Pages that are the same for everyone, by their path. */
const PATHS = {
  "": { kind: "fleet" },
  alarms: { kind: "alarms" },
  audit: { kind: "audit" },
  settings: { kind: "settings" },
} as const satisfies Record<string, Page>;

/** @param hash The part of the address from # on; without one it is the fleet. */
export function readPlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  return { page: pageOf(path), params: Object.fromEntries(new URLSearchParams(query)) };
}

function pageOf(path: string): Page {
  if (Object.hasOwn(PATHS, path)) return PATHS[path as keyof typeof PATHS];
  const [, kind, id] = /^(asset|site)\/([\w-]+)$/.exec(path) ?? [];
  if (id !== undefined) return { kind: kind as "asset" | "site", id };
  return { kind: "unknown" };
}

export function hashOf(page: Page, params: Params = {}): string {
  const query = new URLSearchParams(params).toString();
  return `#/${pathOf(page)}${query === "" ? "" : `?${query}`}`;
}

function pathOf(page: Page): string {
  if ("id" in page) return `${page.kind}/${page.id}`;
  const found = Object.entries(PATHS).find(([, { kind }]) => kind === page.kind);
  return found?.[0] ?? "";
}

export const FLEET_ADDRESS = hashOf({ kind: "fleet" });
export const ALARMS_ADDRESS = hashOf({ kind: "alarms" });
export const assetAddress = (id: string) => hashOf({ kind: "asset", id });
export const siteAddress = (id: string) => hashOf({ kind: "site", id });
