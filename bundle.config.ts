// The build of the program: one bundle of what runs, with names as in the sources, and source maps.
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const SOURCES = fileURLToPath(new URL("src", import.meta.url));
const GRAPHQL = join(dirname(fileURLToPath(import.meta.resolve("graphql"))), "index.mjs");

/** Modules find files relative to their place in the sources, and `dist` is beside these. */
function placesOfModules(): Plugin {
  return {
    name: "places-of-modules",
    transform(code, id) {
      if (!id.startsWith(SOURCES) || !code.includes("import.meta.url")) return;
      const place = JSON.stringify(`./${relative(SOURCES, id)}`);
      return {
        code: code.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`),
        map: null,
      };
    },
  };
}

/** Zod has its messages in fifty languages, and one of them is used. */
function englishAlone(): Plugin {
  return {
    name: "english-alone",
    load: (id) =>
      id.endsWith("/zod/v4/locales/index.js")
        ? 'export { default as en } from "./en.js";'
        : undefined,
  };
}

export default defineConfig({
  build: {
    ssr: "src/main.ts",
    outDir: "dist",
    emptyOutDir: true,
    target: "node20.19",
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      output: {
        entryFileNames: "main.js",
        chunkFileNames: "[name].js",
        // The library of metrics has it in every run, and the chunk of traces where they are on.
        codeSplitting: { groups: [{ name: "opentelemetry-api", test: /@opentelemetry\/api\// }] },
        keepNames: true,
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
  // The driver of the database stays in its own files, by which its defects are known (compose/driver-slip.ts).
  ssr: { noExternal: true, external: ["postgres"] },
  // One copy of graphql for the program and its libraries, which name it in different formats.
  resolve: { alias: [{ find: /^graphql$/, replacement: GRAPHQL }] },
  logLevel: "warn",
  plugins: [placesOfModules(), englishAlone()],
});
