import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";
import { isDriverSlip } from "../src/compose/driver-slip.ts";

// One copy of graphql for the sources and for the libraries, which find it in different formats.
const graphql = createRequire(import.meta.url).resolve("graphql");

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    // Tests of memory collect first.
    execArgv: ["--expose-gc"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Tests break connections; the program lives with this as well.
    onUnhandledError: (error) => (isDriverSlip(error) ? false : undefined),
  },
});
