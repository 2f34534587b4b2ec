// The commands of named tokens and role rules.
import { createLog } from "../compose/application.ts";
import { withIdentities } from "../compose/identities.ts";
import { readSettings } from "../config/settings.ts";
import { EXIT_FAULT, EXIT_REFUSED, fail } from "./exit.ts";

interface Place {
  readonly data?: string;
}

interface GrantFlags extends Place {
  readonly role: string;
  readonly site?: readonly string[];
  readonly asset?: readonly string[];
  readonly path?: readonly string[];
}

interface Places {
  readonly siteIds: readonly string[] | null;
  readonly assetIds: readonly string[] | null;
  readonly pathPrefixes: readonly string[] | null;
}

type Work = Parameters<typeof withIdentities>[2];

/** Makes a token, and prints it: the token alone on the standard output. */
export function makeToken(name: string, flags: GrantFlags): Promise<void> {
  return run(
    flags,
    (identities, by) => identities.makeToken(by, { name, ...grantOf(flags) }),
    ({ secret }) => {
      process.stderr.write(`the token ${name}, which is shown this once:\n`);
      return [secret];
    },
  );
}

export function listTokens(flags: Place): Promise<void> {
  return run(
    flags,
    (identities, by) => identities.tokens(by),
    ({ tokens }) =>
      tokens.map((it) => line(it.name, it.role, placesOf(it), instantOf(it.madeAtMs), it.madeBy)),
  );
}

export function withdrawToken(name: string, flags: Place): Promise<void> {
  return run(
    flags,
    (identities, by) => identities.withdrawToken(by, name),
    () => [`${name} is withdrawn: it is not accepted 2 s from now on`],
  );
}

export function addRule(claim: string, equals: string, flags: GrantFlags): Promise<void> {
  return run(
    flags,
    (identities, by) => identities.addRule(by, { claim, equals, ...grantOf(flags) }),
    ({ rule }) => [rule.id],
  );
}

export function listRules(flags: Place): Promise<void> {
  return run(
    flags,
    (identities, by) => identities.rules(by),
    ({ fixed, rules }) =>
      [...fixed.map((it) => ({ ...it, id: "OIDC_ADMIN" })), ...rules].map((it) =>
        line(it.id, `${it.claim}:${it.equals}`, it.role, placesOf(it)),
      ),
  );
}

export function removeRule(id: string, flags: Place): Promise<void> {
  return run(
    flags,
    (identities, by) => identities.removeRule(by, id),
    () => [`${id} is removed: it is not in force 2 s from now on`],
  );
}

/** Prints the lines of what was done; a refusal, or a fault, ends the process with its reason. */
async function run<T extends object>(
  { data }: Place,
  work: (
    ...args: Parameters<Work>
  ) => Promise<
    | ({ readonly accepted: true } & T)
    | { readonly accepted: false; readonly refusal: { readonly message: string } }
  >,
  linesOf: (done: T) => readonly string[],
): Promise<void> {
  const read = readSettings(data === undefined ? {} : { data }, process.env);
  if ("problems" in read) return fail(read.problems.join("; "), EXIT_REFUSED);
  const log = await createLog({ ...read.settings, logLevel: "warn" }, process.stdout.isTTY);
  const done = await withIdentities(read.settings, log, work).catch((error: Error) =>
    fail(error.message, EXIT_FAULT),
  );
  if ("refused" in done) return fail(done.refused, EXIT_REFUSED);
  if (!done.accepted) return fail(done.refusal.message, EXIT_REFUSED);
  for (const text of linesOf(done)) process.stdout.write(`${text}\n`);
}

function grantOf({ role, site, asset, path }: GrantFlags) {
  return {
    ...{ role, siteIds: site ?? null, assetIds: asset ?? null },
    pathPrefixes: path ?? null,
  };
}

function placesOf(grant: Places): string {
  const { siteIds, assetIds, pathPrefixes } = grant;
  if (siteIds === null && assetIds === null && pathPrefixes === null) return "everywhere";
  return [
    ...(siteIds ?? []).map((id) => `site ${id}`),
    ...(assetIds ?? []).map((id) => `asset ${id}`),
    ...(pathPrefixes ?? []).map((path) => `path ${path}`),
  ].join(", ");
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

function line(...cells: readonly string[]): string {
  return cells.join("  ");
}
