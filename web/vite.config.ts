// The build of the pages.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin, type Rolldown } from "vite";
import { graphiqlFiles } from "./graphiql-files.ts";

const OUT = fileURLToPath(new URL("../dist/pages", import.meta.url));
const PAGES = ["dashboard.html", "docs.html", "graphiql.html"];

/** Has the browser load the dashboard while it runs the script that imports it. */
function preloaded(): Plugin {
  return {
    name: "preloaded",
    transformIndexHtml(_, { path, chunk, bundle = {} }) {
      if (path !== "/dashboard.html") return;
      const importsOf = (name: string) => {
        const loaded = bundle[name];
        return loaded?.type === "chunk" ? loaded.imports : [];
      };
      const scripts = (chunk?.dynamicImports ?? []).flatMap((name) => [
        ...reachedFrom(name, importsOf),
      ]);
      return scripts.map((name) => ({
        tag: "link",
        attrs: { rel: "modulepreload", crossorigin: true, href: `./${name}` },
        injectTo: "head",
      }));
    },
  };
}

/** Writes each built file compressed beside itself, so that the server never compresses. */
function compressed(): Plugin {
  return {
    name: "compressed",
    closeBundle() {
      for (const name of readdirSync(OUT, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|html|svg|ttf)$/.test(name)) continue;
        const path = join(OUT, name);
        const content = readFileSync(path);
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        );
        writeFileSync(`${path}.gz`, gzipSync(content));
      }
    },
  };
}

const START = fileURLToPath(new URL("dashboard/start.tsx", import.meta.url));
let shown: Set<string> | undefined;

/**
 * The chunk of a module that the start of the dashboard imports; null for others. Apart is what other pages have too, and
 * what runs before the start: it is there while the rest is still loaded.
 */
function shownChunk(id: string, graph: Rolldown.ChunkingContext): string | null {
  shown ??= reachedFrom(START, (from) => graph.getModuleInfo(from)?.importedIds ?? []);
  if (!shown.has(id)) return null;
  return /\/(graphql-ws|sign-in)\/|\/live\/pause\.|preload-helper/.test(id) ? "client" : "shown";
}

function reachedFrom(first: string, next: (id: string) => readonly string[]): Set<string> {
  const reached = new Set([first]);
  for (const id of reached) for (const one of next(id)) reached.add(one);
  return reached;
}

export default defineConfig({
  // A proxy may serve the pages under a prefix.
  base: "./",
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsDir: "pages",
    // The packages in the pages, with the texts of their licences.
    license: { fileName: "licenses.json" },
    // A page and a script share it: whether it were inlined would depend on which of them is built first.
    assetsInlineLimit: (path) => (path.endsWith("icon.svg") ? false : undefined),
    chunkSizeWarningLimit: 5000,
    // Its scripts would be two more files to load before the page is shown.
    modulePreload: false,
    rolldownOptions: {
      // Compression takes longest, as it has to.
      checks: { pluginTimings: false },
      input: PAGES.map((page) => fileURLToPath(new URL(page, import.meta.url))),
      output: {
        codeSplitting: {
          // One file for all that the dashboard shows at first: browsers load six at once.
          // What other pages have too stays apart.
          includeDependenciesRecursively: false,
          groups: [{ name: shownChunk }],
        },
      },
    },
  },
  logLevel: "warn",
  plugins: [graphiqlFiles(), preloaded(), compressed()],
});
