// The spans of queries and mutations as they run: by HTTP below that of the request, by WebSocket alone.
import { getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Tracing } from "../../../domain/ports/tracing.ts";
import type { GraphContext } from "../base/builder.ts";

/** The longest name of an operation that is recorded. */
const LONGEST_NAME = 100;

/** Starts a span for each operation. No document and no variable is in it. */
export function operationSpans(tracing: Tracing): Plugin<GraphContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const operation = getOperationAST(args.document, args.operationName);
      const type = operation?.operation ?? "query";
      const name = operation?.name?.value.slice(0, LONGEST_NAME);
      const attributes = { "graphql.operation.type": type };
      const parent = tracing.active();
      const isAlone = parent === undefined || parent.isRemote === true;
      const span = tracing.start(`graphql ${type}`, {
        ...(isAlone && { kind: "server" }),
        attributes: name ? { ...attributes, "graphql.operation.name": name } : attributes,
      });
      setExecuteFn((given) => span.run(() => executeFn(given)));
      return {
        onExecuteDone({ result }) {
          const isFailed = "errors" in result && result.errors !== undefined;
          span.end(isFailed ? "graphql_errors" : undefined);
        },
      };
    },
  };
}
