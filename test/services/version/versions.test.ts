import { expect, test } from "vitest";
import type { Component, ComponentKind } from "../../../src/domain/version/component.ts";
import { componentLines } from "../../../src/services/version/lines.ts";
import { createVersions } from "../../../src/services/version/versions.ts";

const component = (kind: ComponentKind, name: string, rest: Partial<Component> = {}) => ({
  ...{ kind, name, version: "1.2", license: "MIT", isCurrent: true },
  ...rest,
});
const PRODUCT = component("product", "Mando");
const PACKAGE = component("package", "yaml", { license: null, isCurrent: false });

test("sources are joined by kind, and one kind is listed alone", async () => {
  const { list } = createVersions([async () => [PACKAGE], () => [PRODUCT]]);
  expect(await list()).toEqual([PRODUCT, PACKAGE]);
  expect(await list("package")).toEqual([PACKAGE]);
  expect(await list("model")).toEqual([]);
});

test("each list is as of its request", async () => {
  let isCurrent = true;
  const { list } = createVersions([() => [{ ...PRODUCT, isCurrent }]]);
  await list();
  isCurrent = false;
  expect(await list()).toEqual([{ ...PRODUCT, isCurrent: false }]);
});

test("lines are in columns, and say what is not in force", () => {
  expect(componentLines([PRODUCT, PACKAGE])).toEqual([
    "product  Mando  1.2  MIT",
    "package  yaml   1.2  -    not in force",
  ]);
  expect(componentLines([])).toEqual([]);
});
