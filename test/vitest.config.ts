// The tests, all of them or those that are named.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { RESOLVE, TEST } from "./base.config.ts";

export default defineConfig({
  resolve: RESOLVE,
  test: {
    ...TEST,
    include: ["test/**/*.test.ts"],
    // Tests wait for databases and sockets for a third of their time.
    maxWorkers: availableParallelism() + 1,
  },
});
