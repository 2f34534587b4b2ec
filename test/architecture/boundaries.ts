// The architecture as data: who may import whom, and what the lower layers may not touch.

const EVERY_MODULE = ["*"];

/** Modules by folder (or file) of src, with the modules each may import. A module may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  simulator: ["domain"],
  optimiser: ["domain"],
  flows: ["domain"],
  services: ["domain", "simulator", "optimiser", "flows"],
  agents: ["domain", "simulator"],
  store: ["domain"],
  adapters: ["domain"],
  config: ["domain"],
  api: ["domain", "services"],
  cli: ["domain", "services", "config", "compose"],
  compose: EVERY_MODULE,
  main: ["cli"],
};

/**
 * Boundaries inside a module: its folders (or files, without their ending), with the folders of the same module that
 * each may import. A folder may always import itself, and has the rules of the longest name here that it is in. A module
 * without a table here has no inner boundaries.
 */
const INNER: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  domain: {
    base: [],
    time: ["base"],
    fleet: ["base", "time", "data-point/path"],
    battery: ["base", "time", "fleet", "telemetry/columns"],
    "battery/linear": ["base", "time", "fleet", "battery"],
    "battery/registry": ["fleet", "battery", "battery/linear"],
    telemetry: [...["base", "time", "fleet", "battery", "battery/registry"], "telemetry/columns"],
    "telemetry/columns": [],
    dispatch: ["base", "time", "fleet", "battery", "telemetry"],
    identity: ["base", "data-point/path"],
    audit: ["base", "identity"],
    "data-point": ["base", "time", "audit", "data-point/path"],
    "data-point/fleet-series": [
      ...["base", "time", "fleet", "battery", "telemetry", "telemetry/columns", "data-point"],
    ],
    "data-point/path": [],
    version: [],
    alarm: ["base", "time", "fleet", "battery", "telemetry", "dispatch"],
    settings: ["base", "fleet", "audit"],
    plan: ["base", "time", "fleet"],
    ports: [
      ...["base", "time", "fleet", "battery", "telemetry", "dispatch", "alarm"],
      ...["telemetry/columns", "identity", "audit", "data-point", "settings", "version", "plan"],
    ],
  },
  api: {
    transport: [],
    stream: ["transport"],
    "graphql/base": ["transport", "stream"],
    "graphql/server": ["transport", "stream", "graphql/base"],
    "graphql/telemetry": ["transport", "stream", "graphql/base"],
    "graphql/dispatch": ["transport", "stream", "graphql/base", "graphql/telemetry"],
    "graphql/fleet": ["transport", "stream", "graphql/base", "graphql/telemetry"],
    "graphql/site": ["transport", "stream", "graphql/base", "graphql/telemetry", "graphql/fleet"],
    "graphql/asset": [
      ...["transport", "stream", "graphql/base", "graphql/telemetry"],
      ...["graphql/dispatch", "graphql/fleet"],
    ],
    "graphql/alarm": ["transport", "stream", "graphql/base"],
    "graphql/data-point": ["transport", "stream", "graphql/base"],
    "graphql/identity": ["transport", "graphql/base"],
    "graphql/audit": ["transport", "stream", "graphql/base"],
    "graphql/settings": ["transport", "graphql/base"],
    "graphql/version": ["graphql/base"],
    "graphql/schema": [
      ...["graphql/base", "graphql/telemetry", "graphql/dispatch", "graphql/alarm"],
      ...["graphql/fleet", "graphql/site", "graphql/asset", "graphql/audit", "graphql/identity"],
      ...["graphql/data-point", "graphql/settings", "graphql/version"],
    ],
    "rest/base": ["transport", "stream"],
    "rest/health": ["transport", "stream", "rest/base"],
    "rest/telemetry": ["transport", "stream", "rest/base"],
    "rest/dispatch": ["transport", "stream", "rest/base"],
    "rest/alarm": ["transport", "stream", "rest/base"],
    "rest/audit": ["transport", "stream", "rest/base"],
    "rest/data-point": ["transport", "stream", "rest/base"],
    "rest/identity": ["transport", "rest/base"],
    "rest/settings": ["transport", "rest/base"],
    "rest/version": ["transport", "rest/base"],
    "rest/fleet": ["transport", "stream", "rest/base"],
    "rest/site": ["transport", "stream", "rest/base", "rest/fleet"],
    "rest/asset": ["transport", "stream", "rest/base", "rest/fleet", "rest/dispatch"],
    app: ["*"],
  },
  services: {
    "work-turns": [],
    telemetry: [],
    version: [],
    "dispatch/slices": ["work-turns"],
    "dispatch/request-queue": [],
    "dispatch/site-loads": [],
    "dispatch/decide": [],
    "recent-events": [],
    audit: ["recent-events"],
    identity: ["audit"],
    settings: ["audit"],
    "data-point": ["work-turns", "recent-events", "audit", "data-point/fleet"],
    "data-point/fleet": ["work-turns", "telemetry"],
    "dispatch/events": ["recent-events"],
    "dispatch/outcomes": ["dispatch/decide"],
    "dispatch/audited": ["audit", "dispatch/decide"],
    "dispatch/idempotency": ["dispatch/decide"],
    "dispatch/open-dispatches": ["dispatch/events"],
    "dispatch/first-cuts": [],
    "dispatch/holds": [],
    "dispatch/plan-instant": [],
    "dispatch/hold-changes": [
      ...["dispatch/open-dispatches", "dispatch/first-cuts", "dispatch/holds"],
      "dispatch/plan-instant",
    ],
    "dispatch/fleet-plans": [
      ...["dispatch/open-dispatches", "dispatch/holds", "dispatch/hold-changes"],
      "dispatch/plan-instant",
    ],
    "dispatch/promises": [
      ...["dispatch/events", "dispatch/open-dispatches", "dispatch/fleet-plans"],
      ...["dispatch/site-loads", "dispatch/slices"],
    ],
    "dispatch/restored-plans": ["dispatch/open-dispatches", "dispatch/fleet-plans"],
    "dispatch/plans": [
      ...["dispatch/decide", "dispatch/events", "dispatch/open-dispatches", "dispatch/slices"],
      ...["dispatch/fleet-plans", "dispatch/promises", "dispatch/restored-plans"],
    ],
    "dispatch/traces": ["dispatch/decide"],
    "dispatch/explanations": ["dispatch/decide", "dispatch/slices"],
    "dispatch/turn-states": ["dispatch/decide", "dispatch/plans", "dispatch/site-loads"],
    "dispatch/turn": [
      ...["dispatch/decide", "dispatch/plans", "dispatch/slices", "dispatch/request-queue"],
      ...["dispatch/explanations", "dispatch/turn-states", "dispatch/traces"],
    ],
    "dispatch/batch": [
      ...["work-turns", "dispatch/decide", "dispatch/slices", "dispatch/request-queue"],
      ...["dispatch/explanations", "dispatch/turn", "dispatch/traces"],
    ],
    "dispatch/requests": [
      ...["dispatch/decide", "dispatch/idempotency", "dispatch/outcomes"],
      ...["dispatch/turn", "dispatch/batch", "dispatch/audited", "audit"],
    ],
    "dispatch/changes": [
      ...["dispatch/events", "dispatch/plans", "dispatch/outcomes"],
      ...["dispatch/batch", "dispatch/requests", "dispatch/audited", "audit"],
    ],
    "dispatch/forecast-points": [],
    "dispatch/supposed-dispatches": [],
    "dispatch/forecast": [
      ...["dispatch/decide", "dispatch/plans", "dispatch/site-loads", "dispatch/slices"],
      ...["dispatch/forecast-points", "dispatch/supposed-dispatches"],
    ],
    "dispatch/demo": [
      ...["dispatch/batch", "dispatch/decide", "dispatch/outcomes", "dispatch/plans", "audit"],
    ],
    "dispatch/previews": [
      ...["dispatch/decide", "dispatch/plans", "dispatch/site-loads", "dispatch/slices"],
    ],
    "dispatch/dispatch": [
      ...["dispatch/events", "dispatch/idempotency", "dispatch/outcomes", "work-turns"],
      ...["dispatch/plans", "dispatch/slices", "dispatch/previews", "dispatch/forecast"],
      ...["dispatch/batch", "dispatch/requests", "dispatch/changes"],
      ...["dispatch/demo", "dispatch/traces", "audit"],
    ],
    fleet: ["telemetry", "audit", "dispatch/dispatch"],
    health: ["telemetry"],
    plan: [],
    clients: ["*"],
    alarm: [
      ...["work-turns", "recent-events", "telemetry", "health", "audit", "settings"],
      ...["dispatch/events", "dispatch/dispatch"],
    ],
  },
  store: {
    database: [],
    spool: [],
    telemetry: ["database"],
    audit: ["database"],
    dispatch: ["database", "audit"],
    alarm: ["database"],
    identity: ["database", "audit"],
    settings: ["database", "audit"],
    "data-point": ["database"],
    version: ["database"],
    fleet: ["database", "dispatch", "telemetry", "audit"],
    adoption: ["database", "telemetry", "fleet"],
    maintenance: ["database", "telemetry", "dispatch", "alarm", "audit", "data-point"],
    "write-behind": ["database", "spool", "telemetry", "dispatch", "alarm", "audit"],
    transfer: ["database", "spool", "telemetry", "write-behind", "adoption", "audit"],
    opening: ["*"],
    store: ["*"],
  },
};

/** Modules that take time and chance as arguments. */
const CLOCKLESS = new Set(["domain", "simulator", "optimiser", "flows", "services", "agents"]);
const AMBIENT =
  /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|performance\.|process\.|crypto\.)/;

/** A broken boundary: the file, and what it did. */
export type Breach = string;

/**
 * Reads every import of the sources.
 *
 * @param sources Text of each file by its path below src, with forward slashes.
 */
export function findBreaches(sources: ReadonlyMap<string, string>): Breach[] {
  return [...sources].flatMap(([path, text]) => {
    const module = moduleOf(path);
    const allowed = MAY_IMPORT[module];
    if (allowed === undefined) return [`${path}: "${module}" is no module`];
    const code = withoutComments(text);
    const breaches = importsOf(code)
      .map((specifier) => breachOf(path, module, allowed, specifier))
      .filter((breach) => breach !== undefined);
    const ambient = CLOCKLESS.has(module) ? AMBIENT.exec(code)?.[1] : undefined;
    return ambient ? [...breaches, `${path}: ${module} touches ${ambient}`] : breaches;
  });
}

function breachOf(path: string, module: string, allowed: readonly string[], specifier: string) {
  if (!specifier.startsWith(".")) {
    if (module !== "domain") return undefined;
    return `${path}: domain imports ${specifier}, and may import nothing`;
  }
  const imported = new URL(specifier, `file:///${path}`).pathname.slice(1);
  const target = moduleOf(imported);
  if (target === module) return innerBreachOf(path, module, imported);
  if (allowed.includes("*") || allowed.includes(target)) return undefined;
  return `${path}: ${module} imports ${target}`;
}

/** @param imported Path of a file of the same module. */
function innerBreachOf(path: string, module: string, imported: string): Breach | undefined {
  const table = INNER[module];
  if (table === undefined) return undefined;
  const [from, to] = [folderOf(path, module, table), folderOf(imported, module, table)];
  const allowed = from === undefined ? undefined : table[from];
  if (allowed === undefined) return `${path}: lies in no folder of the table of ${module}`;
  if (to === from || allowed.includes("*") || (to && allowed.includes(to))) return undefined;
  return `${path}: ${module}/${from} imports ${module}/${to ?? "a folder without rules"}`;
}

/** The longest name of a table that a file is in; undefined where it is in none. */
function folderOf(path: string, module: string, table: object): string | undefined {
  const inner = path.slice(module.length + 1).replace(/\.tsx?$/, "");
  const holders = Object.keys(table).filter((it) => inner === it || inner.startsWith(`${it}/`));
  return holders.sort((a, b) => b.length - a.length)[0];
}

function moduleOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.tsx?$/, "");
}

function importsOf(code: string): string[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["'`]([^"'`]+)["'`]/g;
  return [...code.matchAll(pattern)].map((match) => match[1] as string);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
