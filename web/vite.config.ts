// The build of the pages.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { graphiqlFiles } from "./graphiql-files.ts";

const OUT = fileURLToPath(new URL("../dist/pages", import.meta.url));
const PAGES = ["dashboard.html", "docs.html", "graphiql.html"];

/** Has the browser load the dashboard and its styles while it runs the script that loads them. */
function preloaded(): Plugin {
  return {
    name: "preloaded",
    transformIndexHtml(_, { path, chunk, bundle = {} }) {
      if (path !== "/dashboard.html") return;
      const { dynamicImports = [], imports = [] } = chunk ?? {};
      const scripts = dynamicImports.flatMap((name) => {
        const loaded = bundle[name];
        return loaded?.type === "chunk" ? [name, ...loaded.imports] : [name];
      });
      const more = [...new Set(scripts)].filter((name) => !imports.includes(name));
      return more.map((name) => ({
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

export default defineConfig({
  // A proxy may serve the pages under a prefix.
  base: "./",
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsDir: "pages",
    // A page and a script share it: whether it were inlined would depend on which of them is built first.
    assetsInlineLimit: (path) => (path.endsWith("icon.svg") ? false : undefined),
    chunkSizeWarningLimit: 5000,
    // Every browser with module workers loads modules ahead.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Compression takes longest, as it has to.
      checks: { pluginTimings: false },
      input: PAGES.map((page) => fileURLToPath(new URL(page, import.meta.url))),
      output: {
        codeSplitting: {
          // A browser loads few files faster than many small ones.
          groups: [
            { name: "early", test: /api\/address\.ts$|preload-helper/, priority: 1 },
            { name: "shared", test: /web\/dashboard\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
  logLevel: "warn",
  plugins: [graphiqlFiles(), preloaded(), compressed()],
});
