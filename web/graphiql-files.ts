// The files of GraphiQL for the build of the pages: `import url from "virtual:graphiql/js"` emits one and has its address.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  editorWorkerService,
  graphqlWorker,
  js,
  jsonWorker,
  css as styles,
} from "@graphql-yoga/render-graphiql/graphiql";
import type { Plugin } from "vite";

const PREFIX = "virtual:graphiql/";
/** Modules have a place in the package, by which the bundler lists its licence. */
const PLACE = `${dirname(fileURLToPath(import.meta.resolve("@graphql-yoga/render-graphiql/graphiql")))}/`;

/** Text fonts are larger than the page; icons have a font too, which stays. */
const css = styles.replaceAll(/@font-face\{font-family:(?!codicon)[^}]*\}/g, "");

const FILES: Readonly<Record<string, { readonly name: string; readonly source: string }>> = {
  css: { name: "graphiql.css", source: css },
  js: { name: "graphiql-bundle.js", source: js },
  "editor-worker": { name: "graphiql-editor-worker.js", source: editorWorkerService },
  "graphql-worker": { name: "graphiql-graphql-worker.js", source: graphqlWorker },
  "json-worker": { name: "graphiql-json-worker.js", source: jsonWorker },
};

export function graphiqlFiles(): Plugin {
  return {
    name: "graphiql-files",
    resolveId: (id) => (id.startsWith(PREFIX) ? `${PLACE}${id}.js` : undefined),
    load(id) {
      if (!id.startsWith(`${PLACE}${PREFIX}`)) return;
      const file = FILES[id.slice(PLACE.length + PREFIX.length, -".js".length)];
      if (file === undefined) throw new Error(`no file of GraphiQL is called ${id}`);
      const reference = this.emitFile({ type: "asset", ...file });
      return `export default import.meta.ROLLUP_FILE_URL_${reference};`;
    },
  };
}
