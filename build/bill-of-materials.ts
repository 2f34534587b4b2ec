// The software bill of materials: what npm lists of all packages, cut down to those that ship.
import { z } from "zod";

const License = z.union([
  z.object({ license: z.object({ id: z.string() }) }),
  z.object({ license: z.object({ name: z.string() }) }),
  z.object({ expression: z.string() }),
]);

/** A component, without what npm says of how it is installed. */
const Material = z.object({
  "bom-ref": z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  scope: z.enum(["required", "optional"]).optional(),
  purl: z.string(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
  licenses: z.array(License).optional(),
});

/** A document of CycloneDX, as `npm sbom` writes it. */
export const NpmBill = z.object({
  $schema: z.string(),
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string(),
  serialNumber: z.string(),
  version: z.number(),
  metadata: z.object({
    timestamp: z.string(),
    lifecycles: z.array(z.object({ phase: z.string() })),
    tools: z.array(z.object({ vendor: z.string(), name: z.string(), version: z.string() })),
    component: Material,
  }),
  components: z.array(Material),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

export type Bill = z.infer<typeof NpmBill>;
type Material = z.infer<typeof Material>;

interface Product {
  readonly name: string;
  readonly version: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/**
 * The bill of the product alone. What a package that does not ship brought is a dependency of what needs that package.
 *
 * @param shipped Names and versions, as `name@version`.
 * @throws Error where npm does not know a package that ships.
 */
export function billOf(all: Bill, shipped: ReadonlySet<string>, product: Product): Bill {
  const known = new Set(all.components.map((it) => it["bom-ref"]));
  const missing = [...shipped].filter((ref) => !known.has(ref));
  if (missing.length > 0)
    throw new Error(`package-lock.json lacks what ships: ${missing.join(", ")}: run npm ci`);
  const needs = new Map(all.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const root = all.metadata.component["bom-ref"];
  const isOptional = ({ name }: Material) => name in product.optionalDependencies;
  return {
    ...all,
    metadata: {
      ...all.metadata,
      // What ships is known from the bundles.
      lifecycles: [{ phase: "build" }],
      component: { ...all.metadata.component, type: "application", name: product.name },
    },
    components: all.components
      .filter((it) => shipped.has(it["bom-ref"]))
      .map((it) => ({ ...it, scope: isOptional(it) ? "optional" : "required" })),
    dependencies: [root, ...shipped].map((ref) => ({
      ref,
      dependsOn: shippedBelow(ref, needs, shipped),
    })),
  };
}

/** The bill with the PostgreSQL that is in packages, of which npm knows nothing. */
export function withPostgres(bill: Bill, packages: readonly string[]): Bill {
  const inside = bill.components.filter(({ name }) => packages.includes(name));
  const versions = new Set(inside.map(({ version }) => /^\d+\.\d+/.exec(version)?.[0] ?? version));
  const servers = [...versions].map((version) => ({
    "bom-ref": `postgresql@${version}`,
    ...{ type: "application", name: "PostgreSQL", version, scope: "optional" as const },
    purl: `pkg:generic/postgresql@${version}`,
    licenses: [{ license: { id: "PostgreSQL" } }],
  }));
  const refs = servers.map((it) => it["bom-ref"]);
  const isInside = (ref: string) => inside.some((it) => it["bom-ref"] === ref);
  return {
    ...bill,
    components: [...bill.components, ...servers],
    dependencies: [
      ...bill.dependencies.map((it) => (isInside(it.ref) ? { ...it, dependsOn: refs } : it)),
      ...refs.map((ref) => ({ ref, dependsOn: [] })),
    ],
  };
}

/** The packages that ship and that one needs, also through packages that do not. */
function shippedBelow(
  ref: string,
  needs: ReadonlyMap<string, readonly string[]>,
  shipped: ReadonlySet<string>,
): string[] {
  const found = new Set<string>();
  const passed = new Set([ref]);
  for (const one of passed)
    for (const below of needs.get(one) ?? []) (shipped.has(below) ? found : passed).add(below);
  found.delete(ref);
  return [...found].sort();
}
