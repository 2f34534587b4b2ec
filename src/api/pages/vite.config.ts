import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = fileURLToPath(new URL("../../../dist/pages", import.meta.url));
const PAGES = ["docs.html"];

/** Writes each built file compressed beside itself, so that the server never compresses. */
function compressed(): Plugin {
  return {
    name: "compressed",
    closeBundle() {
      for (const name of readdirSync(OUT, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const path = join(OUT, name);
        const content = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(content));
        writeFileSync(`${path}.gz`, gzipSync(content));
      }
    },
  };
}

export default defineConfig({
  base: "/pages/",
  build: {
    outDir: OUT,
    emptyOutDir: true,
    assetsDir: "files",
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      input: PAGES.map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
  },
  logLevel: "warn",
  plugins: [compressed()],
});
