// Outcomes of changes to the fleet: each change has a union of its own, and all refusals have the same fields.

import type { ObjectRef } from "@pothos/core";
import type { RefusalCode as Code } from "../../../domain/base/codes.ts";
import type { ChangesRefused } from "../../../domain/fleet/change.ts";
import { sentenceOf } from "../../../domain/fleet/refusal-sentence.ts";
import { builder } from "../base/builder.ts";
import { RefusalCode } from "../base/refusal-code.ts";

interface Violation {
  readonly code: Code;
  readonly message: string;
  readonly field: string;
}

interface RefusedItem {
  readonly violations: readonly [Violation, ...Violation[]];
}

const FleetViolation = builder.objectRef<Violation>("FleetViolation").implement({
  description: "One reason of the refusal of a change to the fleet.",
  fields: (t) => ({
    code: t.expose("code", { type: RefusalCode, description: "Stable, for programs." }),
    message: t.exposeString("message", { description: "What is wrong, and what to do." }),
    field: t.exposeString("field", {
      nullable: true,
      description: "The field at fault, of the input, or id.",
    }),
  }),
});

const FleetChangeRefused = builder.interfaceRef<RefusedItem>("FleetChangeRefused").implement({
  description: "A change that is refused: the fleet is as it was.",
  fields: (t) => ({
    code: t.field({
      type: RefusalCode,
      description: "The code of the first reason.",
      resolve: ({ violations: [first] }) => first.code,
    }),
    message: t.string({
      description: "What is wrong first, and what to do.",
      resolve: ({ violations: [first] }) => first.message,
    }),
    field: t.string({
      nullable: true,
      description: "The field at fault first.",
      resolve: ({ violations: [first] }) => first.field,
    }),
    violations: t.field({
      type: [FleetViolation],
      description: "Every reason, one or more.",
      resolve: ({ violations }) => violations,
    }),
  }),
});

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** Defines the outcomes of a change: it is applied, or refused. */
export function resultOf<T extends object>(
  change: `${"Asset" | "Site"}${"Register" | "Update" | "Retire"}`,
  Done: ObjectRef<Types, T>,
) {
  const Refused = builder.objectRef<RefusedItem>(`${change}Refused`).implement({
    description: "The request is refused: the fleet is as it was.",
    interfaces: [FleetChangeRefused],
  });
  return builder.unionType(`${change}Result`, {
    description: "The outcome of the request.",
    types: [Done, Refused],
    resolveType: (result) => ("violations" in result ? Refused : Done),
  });
}

/** A refusal in the form of GraphQL, with the names of fields in the domain. */
export function refusedOf({ refusals }: ChangesRefused): RefusedItem {
  const violations = refusals.map((it) => ({
    code: it.code,
    message: sentenceOf(it, it.field),
    field: it.field,
  }));
  return { violations: violations as [Violation, ...Violation[]] };
}
