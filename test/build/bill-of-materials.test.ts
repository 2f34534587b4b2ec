// The software bill of materials: what ships and nothing else, valid by the schema of the standard.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type Bill, billOf, withPostgres } from "../../build/bill-of-materials.ts";
import { readPackages } from "../../src/adapters/installation/packages.ts";
import { PACKAGES } from "../../src/compose/versions.ts";
import { faultsOfBill } from "../support/bill-schema.ts";

const ROOT = new URL("../../", import.meta.url);

const material = (name: string, version = "1.0.0") => ({
  ...{ "bom-ref": `${name}@${version}`, type: "library", name, version },
  ...{ purl: `pkg:npm/${name}@${version}`, licenses: [{ license: { id: "MIT" } }] },
});
const edge = (name: string, ...below: string[]) => ({
  ref: `${name}@1.0.0`,
  dependsOn: below.map((it) => `${it}@1.0.0`),
});
const ALL: Bill = {
  $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  serialNumber: "urn:uuid:3d82cfc7-90e8-43ee-89e9-819db4b06c79",
  version: 1,
  metadata: {
    timestamp: "2026-12-01T12:00:00.000Z",
    lifecycles: [{ phase: "pre-build" }],
    tools: [{ vendor: "npm", name: "cli", version: "11.0.0" }],
    component: material("folder"),
  },
  components: ["a", "left-out", "b", "tool", "server"].map((name) => material(name)),
  dependencies: [
    edge("folder", "a", "tool", "server"),
    edge("a", "left-out"),
    edge("left-out", "b", "a"),
    edge("tool", "b"),
  ],
};
const PRODUCT = { name: "mando", version: "1.0.0", optionalDependencies: { server: "1.0.0" } };
const SHIPPED = new Set(["a@1.0.0", "b@1.0.0", "server@1.0.0"]);

test("has what ships alone, and what needs what through packages that do not ship", () => {
  const { metadata, components, dependencies } = billOf(ALL, SHIPPED, PRODUCT);
  expect(metadata.component).toMatchObject({ type: "application", name: "mando" });
  expect(components.map(({ name, scope }) => [name, scope])).toEqual([
    ...[
      ["a", "required"],
      ["b", "required"],
    ],
    ["server", "optional"],
  ]);
  expect(dependencies).toEqual([
    edge("folder", "a", "b", "server"),
    edge("a", "b"),
    ...[edge("b"), edge("server")],
  ]);
});

test("is not written without a package that ships", () => {
  const shipped = new Set([...SHIPPED, "c@1.0.0"]);
  expect(() => billOf(ALL, shipped, PRODUCT)).toThrow("lacks what ships: c@1.0.0: run npm ci");
});

test("has PostgreSQL once, by the version of the packages that hold it", () => {
  const other = material("other", "1.0.0-beta.2");
  const bill = withPostgres({ ...ALL, components: [...ALL.components, other] }, [
    "server",
    "other",
  ]);
  const added = bill.components.filter(({ name }) => name === "PostgreSQL");
  expect(added).toMatchObject([{ version: "1.0", licenses: [{ license: { id: "PostgreSQL" } }] }]);
  expect(faultsOfBill(bill)).toEqual([]);
});

test.each([
  ["a licence that is none of SPDX", { licenses: [{ license: { id: "Public" } }] }],
  ["a digest of another length", { hashes: [{ alg: "SHA-512", content: "ab" }] }],
  ["a field of its own", { path: "/home/x" }],
  ["a type of its own", { type: "npm" }],
])("the schema refuses %s", (_, planted) => {
  const components = [{ ...material("a"), ...planted }];
  expect(faultsOfBill({ ...ALL, components })).not.toEqual([]);
  expect(faultsOfBill({ ...ALL, components: [material("a")] })).toEqual([]);
});

test("npm run sbom writes it without a network, valid, with each package that mando versions lists", {
  timeout: 120_000,
}, async () => {
  const env = {
    ...process.env,
    npm_config_offline: "true",
    npm_config_registry: "http://127.0.0.1:9",
  };
  const options = { cwd: ROOT, env, shell: process.platform === "win32" };
  const { stdout } = await promisify(execFile)(
    "npm",
    ["run", "-s", "--ignore-scripts", "sbom"],
    options,
  );
  expect(stdout).toMatch(/^dist\/mando\.cdx\.json: \d+ components\n$/);
  const text = readFileSync(new URL("dist/mando.cdx.json", ROOT), "utf8");
  const bill = JSON.parse(text) as Bill;
  expect(faultsOfBill(bill)).toEqual([]);
  expect(text).not.toMatch(/\/tmp|\/home|https?:\/\/(?!cyclonedx\.org)/);
  expect(bill.metadata.component).toMatchObject({ name: "mando", type: "application" });

  const refs = bill.components.map((it) => it["bom-ref"]);
  const listed = (await readPackages(PACKAGES)).map((it) => `${it.name}@${it.version}`);
  expect(listed).toEqual(
    expect.arrayContaining(["postgres", "react", "zod", "graphql"].map(locked)),
  );
  expect(refs).toEqual(expect.arrayContaining(listed));
  expect(refs.filter((ref) => /^(vite|typescript|vitest|tsx)@/.test(ref))).toEqual([]);
  const below = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set([bill.metadata.component["bom-ref"]]);
  for (const ref of reached) for (const one of below.get(ref) ?? []) reached.add(one);
  expect(refs.filter((ref) => !reached.has(ref))).toEqual([]);
});

/** A package by its name, with the version of the lock. */
function locked(name: string): string {
  const lock = JSON.parse(readFileSync(new URL("package-lock.json", ROOT), "utf8"));
  return `${name}@${lock.packages[`node_modules/${name}`].version}`;
}
