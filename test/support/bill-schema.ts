// The JSON Schema of CycloneDX 1.5, as the standard publishes it (Apache License 2.0).
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`cyclonedx/${name}.schema.json`, import.meta.url), "utf8"));

/** The faults of a document of CycloneDX 1.5. The shapes of texts, such as instants, are not checked. */
export function faultsOfBill(bill: unknown): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const name of ["spdx", "jsf-0.82"]) ajv.addSchema(read(name));
  const isValid = ajv.compile(read("bom-1.5"));
  isValid(bill);
  return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
