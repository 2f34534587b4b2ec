// The tests, all of them or those that are named.
import { defineConfig } from "vitest/config";
import { RESOLVE, TEST } from "./base.config.ts";

export default defineConfig({
  resolve: RESOLVE,
  test: { ...TEST, include: ["test/**/*.test.ts"] },
});
