// Validation of documents: the cheap limits first, so that no document keeps the rules of GraphQL busy for long.

import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  specifiedRules,
  validate,
} from "graphql";
import type { Limits } from "../../transport/limits.ts";
import type { Session } from "../../transport/session.ts";
import { refusal } from "../base/refusal.ts";
import { createByLimits } from "./by-limits.ts";
import { documentWork } from "./document-work.ts";
import { introspectionRule, sizeRule } from "./limits.ts";

/** Fields, spreads, directives and pairs of fields that validation may visit. */
export const MOST_WORK = 10_000;
/** Errors that are listed. */
const MOST_ERRORS = 5;

const SCHEMA_OFF = refusal(
  "INTROSPECTION_OFF",
  "this server does not answer introspection: leave out __schema and __type, and read its schema.graphql",
);
const SCHEMA_BY_TOKEN = refusal(
  "UNAUTHORIZED",
  "introspection requires a sign-in: send the header Authorization: Bearer <token>, or leave out __schema and __type",
);

interface Client {
  readonly session: Pick<Session, "isSignedIn">;
}

/** Validates a document for a client: to one that has not signed in nothing of the schema is revealed. */
export type Validate = (
  schema: GraphQLSchema,
  document: DocumentNode,
  client: Client,
) => readonly GraphQLError[];

export function createValidation(limits: Limits): Validate {
  const knownBy = createByLimits(
    limits,
    () => new WeakMap<DocumentNode, Map<boolean, readonly GraphQLError[]>>(),
  );

  function errorsOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    signedIn: boolean,
  ): readonly GraphQLError[] {
    const cycles = validate(schema, document, [NoFragmentCyclesRule], { maxErrors: 1 });
    if (cycles.length > 0) return cycles.slice(0, 1);
    if (documentWork(document, MOST_WORK) > MOST_WORK) return [tooMuchWork()];
    const schemaRefused = limits.introspection ? SCHEMA_BY_TOKEN : SCHEMA_OFF;
    const revealsSchema = limits.introspection && signedIn;
    const rules = revealsSchema ? [] : [introspectionRule(schemaRefused)];
    const options = { maxErrors: MOST_ERRORS, hideSuggestions: !signedIn };
    const allRules = [...specifiedRules, sizeRule(limits), ...rules];
    const errors = validate(schema, document, allRules, options);
    if (errors.length <= MOST_ERRORS) return errors;
    return [...errors.slice(0, MOST_ERRORS), moreErrors()];
  }

  return (schema, document, { session: { isSignedIn: signedIn } }) => {
    const known = knownBy();
    const byClient = known.get(document) ?? new Map<boolean, readonly GraphQLError[]>();
    known.set(document, byClient);
    const found = byClient.get(signedIn) ?? errorsOf(schema, document, signedIn);
    byClient.set(signedIn, found);
    return found;
  };
}

function tooMuchWork(): GraphQLError {
  return refusal(
    "QUERY_TOO_COMPLEX",
    `the document has more than ${MOST_WORK} fields, spreads, directives and pairs of fields or fragments to compare: spread fewer fragments in one place, and repeat no fields`,
  );
}

function moreErrors(): GraphQLError {
  return refusal(
    "GRAPHQL_VALIDATION_FAILED",
    `there are more errors than the ${MOST_ERRORS} that are listed: correct those first`,
  );
}
