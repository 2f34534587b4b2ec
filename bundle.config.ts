// The build of the program: one bundle of what runs, with names as in the sources, and source maps.
import { spawnSync } from "node:child_process";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const SOURCES = fileURLToPath(new URL("src", import.meta.url));
const GRAPHQL = join(dirname(fileURLToPath(import.meta.resolve("graphql"))), "index.mjs");

/** The code of a thread is an entry beside `main.js`. */
const THREAD = 'new URL("./optimiser-thread.ts", import.meta.url)';

/** Modules find files relative to their place in the sources, and `dist` is beside these. */
function placesOfModules(): Plugin {
  return {
    name: "places-of-modules",
    transform(code, id) {
      if (!id.startsWith(SOURCES) || !code.includes("import.meta.url")) return;
      const place = JSON.stringify(`./${relative(SOURCES, id)}`);
      const url = `new URL(${place}, import.meta.url).href`;
      const parts = code.split(THREAD).map((part) => part.replaceAll("import.meta.url", url));
      return { code: parts.join(THREAD.replace(".ts", ".js")), map: null };
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

/** The commit that is built, and -dirty where files differ from it; null where there is no git, or no repository. */
export function readCommit(folder: string): string | null {
  const { status, stdout } = spawnSync(
    "git",
    ["describe", "--always", "--dirty", "--exclude=*", "--abbrev=40"],
    {
      cwd: folder,
      // A repository that this folder only lies in is another project.
      env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder), GIT_OPTIONAL_LOCKS: "0" },
      encoding: "utf8",
    },
  );
  return status === 0 ? stdout.trim() : null;
}

export default defineConfig({
  // Read in src/adapters/installation/build.ts.
  define: {
    MANDO_BUILD: JSON.stringify({ commit: readCommit(ROOT), builtAt: new Date().toISOString() }),
  },
  build: {
    ssr: true,
    outDir: "dist",
    emptyOutDir: true,
    target: "node20.19",
    minify: false,
    sourcemap: true,
    // The packages in the bundle, with the texts of their licences.
    license: { fileName: "licenses.json" },
    rolldownOptions: {
      input: { main: "src/main.ts", "optimiser-thread": "src/compose/optimiser-thread.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        // The library of metrics has it in every run, and the chunk of traces where they are on.
        codeSplitting: { groups: [{ name: "opentelemetry-api", test: /@opentelemetry\/api\// }] },
        keepNames: true,
        comments: { legal: true, annotation: false, jsdoc: false },
      },
    },
  },
  // The driver of the database stays in its own files, by which its defects are known (compose/driver-slip.ts), and the
  // solver beside its WebAssembly.
  ssr: { noExternal: true, external: ["postgres", "highs"] },
  // One copy of graphql for the program and its libraries, which name it in different formats.
  resolve: { alias: [{ find: /^graphql$/, replacement: GRAPHQL }] },
  logLevel: "warn",
  plugins: [placesOfModules(), englishAlone()],
});
