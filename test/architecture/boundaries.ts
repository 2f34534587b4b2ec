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
  cli: ["services", "config", "compose"],
  compose: EVERY_MODULE,
  main: ["cli"],
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
  const target = moduleOf(new URL(specifier, `file:///${path}`).pathname.slice(1));
  if (target === module || allowed.includes("*") || allowed.includes(target)) return undefined;
  return `${path}: ${module} imports ${target}`;
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
