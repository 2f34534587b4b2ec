// Writes the types of the dashboard's operations, so that none of them is written by hand.
import { codegen } from "@graphql-codegen/core";
import * as operationTypes from "@graphql-codegen/typescript-operations";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  visit,
} from "graphql";

const HEAD = `// Written by npm run fix from operations.graphql and schema.graphql.

/** The text of an operation, with the types of its answer and its variables. */
export interface Operation<Answer, Variables> {
  readonly query: string;
  readonly types?: (variables: Variables) => Answer;
}
`;

/** The module of the operations in a document, checked against a schema. */
export async function writeOperations(schema: string, operations: string): Promise<string> {
  const document = parse(operations);
  const types = await codegen({
    filename: "operations.ts",
    schema: withoutDescriptions(parse(schema)),
    documents: [{ location: "operations.graphql", document }],
    plugins: [{ operations: {} }],
    pluginMap: { operations: operationTypes },
    config: {
      useTypeImports: true,
      enumType: "string-literal",
      avoidOptionals: false,
      skipTypename: false,
      nonOptionalTypename: false,
      immutableTypes: true,
      scalars: { DateTime: "string", ID: "string" },
    },
  });
  // Nothing is deferred here.
  const needed = types.replace(/\/\*\*[^\n]*\*\/\nexport type Incremental<[^\n]*\n/, "");
  return `${HEAD}\n${needed.trim()}\n\n${constants(document).join("\n\n")}\n`;
}

/** What things mean stands in the schema, once. */
function withoutDescriptions(schema: DocumentNode): DocumentNode {
  return visit(schema, {
    enter: (node) => ("description" in node ? { ...node, description: undefined } : undefined),
  });
}

function constants(document: DocumentNode): string[] {
  return document.definitions
    .filter((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const name = operation.name?.value ?? "";
      const type = `${name}${capital(operation.operation)}`;
      const text = [operation, ...fragmentsOf(operation, document)].map(print).join("\n");
      return `export const ${capital(name)}: Operation<${type}, ${type}Variables> = {\n  query: ${JSON.stringify(text)},\n};`;
    });
}

/** The fragments of an operation, with those that they spread themselves. */
function fragmentsOf(operation: OperationDefinitionNode, document: DocumentNode) {
  const fragments = document.definitions.filter(
    (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION,
  );
  const names = new Set<string>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        if (names.has(value)) return;
        names.add(value);
        const fragment = fragments.find(({ name }) => name.value === value);
        if (fragment !== undefined) collect(fragment);
      },
    });
  };
  collect(operation);
  return fragments.filter(({ name }) => names.has(name.value));
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
