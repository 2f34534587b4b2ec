// The effects of a change of a setting: the scopes whose value in force would be another one.
import type { Json } from "../../domain/audit/record.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import {
  chainOfAsset,
  kindOf,
  PLATFORM,
  type ScopeChain,
  type ScopeKind,
} from "../../domain/settings/scope.ts";
import type { SettingEffect } from "./outcomes.ts";

/** Effects that are listed: the others are counted. */
const MOST_LISTED = 100;

/** The value in force of a scope, by the scopes that it has it from. */
type ValueOf = (chain: ScopeChain) => Json;

interface Change {
  /** The scope that changes. */
  readonly scope: string;
  /** The kinds of scopes that have values of the setting. */
  readonly kinds: readonly ScopeKind[];
  readonly table: FleetTable;
  readonly before: ValueOf;
  readonly after: ValueOf;
}

export function effectsOf({ scope, kinds, table, before, after }: Change): {
  readonly effects: readonly SettingEffect[];
  readonly effectCount: number;
} {
  const effects: SettingEffect[] = [];
  let effectCount = 0;
  for (const chain of chainsBelow(scope, table)) {
    if (!kinds.includes(kindOf(chain[0]))) continue;
    const [was, is] = [before(chain), after(chain)];
    if (isEqual(was, is)) continue;
    effectCount++;
    if (effects.length < MOST_LISTED) effects.push({ scope: chain[0], before: was, after: is });
  }
  return { effects, effectCount };
}

/** The scopes that may inherit from one, itself first: each with those that it has its values from. */
function* chainsBelow(scope: string, table: FleetTable): Iterable<ScopeChain> {
  const kind = kindOf(scope);
  const of = scope.slice(kind.length + 1);
  if (kind === "platform") {
    yield [PLATFORM];
    for (const { id } of table.sites) yield [`site:${id}`, PLATFORM];
    for (const asset of table.assets) yield chainOfAsset(asset);
  } else if (kind === "site") {
    yield [scope, PLATFORM];
    for (const asset of table.assetsOfSite(of)) yield chainOfAsset(asset);
  } else if (kind === "flow") yield [scope, PLATFORM];
  else {
    const asset = table.findAsset(of);
    if (asset !== undefined) yield chainOfAsset(asset);
  }
}

function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b);
}
