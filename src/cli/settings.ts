// The commands of settings, through a server that runs.
import { EXIT_REFUSED, fail } from "./exit.ts";
import { request, serverOf } from "./server-requests.ts";

export interface ReadFlags {
  readonly url?: string;
  readonly scope?: string;
  readonly asOf?: string;
}

export interface ChangeFlags {
  readonly url?: string;
  readonly scope?: string;
  readonly reason?: string;
  /** The version that the change is based on; left out: the one that is read just before. */
  readonly expect?: string;
  readonly dryRun?: true;
}

interface Setting {
  readonly id: string;
  readonly value: unknown;
  readonly unit: string | null;
  readonly version: number;
  readonly takes_effect: string;
  readonly in_force_scope: string | null;
  readonly is_overridden_by: string | null;
}

interface Version {
  readonly version: number;
  readonly value: unknown;
  readonly is_reset: boolean;
  readonly changed_at: string;
  readonly changed_by: string;
  readonly reason: string | null;
}

interface Changed {
  readonly setting: Setting;
  readonly note: string | null;
  /** Of a change that was made. */
  readonly change?: Version;
  /** Of a dry run. */
  readonly effects?: readonly { scope: string; before: unknown; after: unknown }[];
  readonly effect_count?: number;
}

/** Lists the settings of a scope: id, value, unit, and why it is in force. */
export async function listSettings({ url, scope, asOf }: ReadFlags): Promise<void> {
  const query = queryOf({ scope, as_of: asOf });
  const { settings } = (await request(serverOf(url), `settings?${query}`, json)) as {
    settings: readonly Setting[];
  };
  for (const it of settings)
    print([it.id, JSON.stringify(it.value), it.unit ?? "-", rationaleOf(it)].join("  "));
}

/** Prints one setting as JSON. */
export async function getSetting(id: string, { url, scope, asOf }: ReadFlags): Promise<void> {
  const query = queryOf({ scope, as_of: asOf });
  print(JSON.stringify(await request(serverOf(url), `${pathOf(id)}?${query}`, json), null, 2));
}

/** Gives a scope a value: JSON, or a text where it is none. */
export function setSetting(id: string, value: string, flags: ChangeFlags): Promise<void> {
  return change(id, flags, { method: "PUT", body: { value: jsonOf(value) } });
}

/** Takes the value of a scope back. */
export function unsetSetting(id: string, flags: ChangeFlags): Promise<void> {
  return change(id, flags, { method: "DELETE" });
}

/** Gives a scope the value of an earlier version. */
export function rollbackSetting(id: string, version: string, flags: ChangeFlags): Promise<void> {
  const to_version = wholeOf("the version", version);
  return change(id, flags, { method: "POST", path: "/rollback", body: { to_version } });
}

/** Prints the versions of a scope, the newest first. */
export async function printHistory(id: string, { url, scope }: ReadFlags): Promise<void> {
  let after: string | undefined;
  do {
    const query = queryOf({ scope, limit: "500", after });
    const page = (await request(serverOf(url), `${pathOf(id)}/history?${query}`, json)) as {
      versions: readonly Version[];
      next: string | null;
    };
    for (const it of page.versions) {
      const value = it.is_reset
        ? `reset, then ${JSON.stringify(it.value)}`
        : JSON.stringify(it.value);
      print([it.version, value, it.changed_at, it.changed_by, it.reason ?? "-"].join("  "));
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
}

interface ChangeRequest {
  readonly method: "PUT" | "DELETE" | "POST";
  readonly path?: string;
  readonly body?: object;
}

async function change(id: string, flags: ChangeFlags, given: ChangeRequest): Promise<void> {
  const { scope, reason, dryRun, expect } = flags;
  const server = serverOf(flags.url);
  const version =
    expect === undefined ? await versionOf(server, id, scope) : wholeOf("--expect", expect);
  const { method, path = "", body } = given;
  const query = queryOf({
    ...{ scope, dry_run: dryRun && "true" },
    reason: body === undefined ? reason : undefined,
  });
  const sent = body && { body: JSON.stringify({ ...body, reason }) };
  const changed = (await request(server, `${pathOf(id)}${path}?${query}`, json, {
    ...{ method, ...sent },
    headers: { "if-match": `"${version}"`, ...(sent && { "content-type": "application/json" }) },
  })) as Changed;
  printChange(changed);
}

function printChange({ setting, change: made, effects = [], effect_count, note }: Changed): void {
  if (made === undefined) {
    for (const { scope, before, after } of effects)
      print(`${scope}  ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);
    print(`${effect_count} scopes would change, ${setting.takes_effect}`);
  } else
    print(
      `${setting.id} is ${JSON.stringify(setting.value)}, version ${made.version}: ${rationaleOf(setting)}; ${setting.takes_effect}`,
    );
  if (note !== null) print(note);
}

async function versionOf(server: string, id: string, scope: string | undefined): Promise<number> {
  const found = await request(server, `${pathOf(id)}?${queryOf({ scope })}`, json);
  return (found as Setting).version;
}

function rationaleOf({ in_force_scope, is_overridden_by }: Setting): string {
  if (is_overridden_by !== null) return `by ${is_overridden_by}`;
  return in_force_scope === null ? "default" : `of ${in_force_scope}`;
}

const json = (answer: Response): Promise<unknown> => answer.json();

const print = (line: string) => void process.stdout.write(`${line}\n`);

function pathOf(id: string): string {
  return `settings/${encodeURIComponent(id)}`;
}

function queryOf(given: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return new URLSearchParams(entries as [string, string][]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wholeOf(name: string, text: string): number {
  return /^\d{1,9}$/.test(text)
    ? Number(text)
    : fail(`${name} must be a whole number`, EXIT_REFUSED);
}
