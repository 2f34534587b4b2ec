import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MODELS, modelOf } from "../../../src/domain/battery/registry.ts";
import {
  byKind,
  COMPONENT_KINDS,
  type Component,
  type ComponentKind,
  OWN_LICENSE,
} from "../../../src/domain/version/component.ts";
import { tableOf } from "../../support/tick-tables.ts";

const component = (kind: ComponentKind, name: string): Component => ({
  ...{ kind, name, version: "1", license: null, isCurrent: true },
});

test("components are in the order of their kinds, and in a kind as they were given", () => {
  const kinds = Object.keys(COMPONENT_KINDS) as ComponentKind[];
  const given = [...kinds, ...kinds].reverse().map((kind, n) => component(kind, String(n)));
  const expected = kinds.flatMap((kind) => given.filter((it) => it.kind === kind));
  expect(byKind(given)).toEqual(expected);
});

test("the licence of Mando is that of its package", () => {
  const file = new URL("../../../package.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8")).license).toBe(OWN_LICENSE);
});

test("the model of every asset is among the models", () => {
  for (const asset of tableOf({}).assets) expect(MODELS).toContain(modelOf(asset));
});
