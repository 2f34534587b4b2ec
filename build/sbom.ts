// Writes the software bill of materials of what ships, as CycloneDX: what was built, and what lies beside it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { readPackages } from "../src/adapters/installation/packages.ts";
import { PACKAGES } from "../src/compose/versions.ts";
import { billOf, NpmBill, withPostgres } from "./bill-of-materials.ts";

const ROOT = new URL("../", import.meta.url);
const FILE = "dist/mando.cdx.json";
const NPM_BYTES = 2 ** 26;

const npm = process.env.npm_execpath;
if (npm === undefined) throw new Error("this is a script of npm: npm run sbom");
const product = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
const all = NpmBill.parse(
  JSON.parse(
    execFileSync(
      process.execPath,
      [npm, "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"],
      { cwd: ROOT, maxBuffer: NPM_BYTES, encoding: "utf8" },
    ),
  ),
);
// Of every platform: an installation has those of its own.
const optional = Object.keys(product.optionalDependencies);
const packages = await readPackages({ ...PACKAGES, optional });
const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
const bill = withPostgres(billOf(all, shipped, product), optional);
writeFileSync(new URL(FILE, ROOT), `${JSON.stringify(bill, null, 2)}\n`);
process.stdout.write(`${FILE}: ${bill.components.length} components\n`);
