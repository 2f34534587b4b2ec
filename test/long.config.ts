// The long tests: those of pages beside each other, as they mostly wait for the browser, and then the others one by one,
// as they measure or count on time.
import { defineConfig } from "vitest/config";
import { RESOLVE, TEST } from "./base.config.ts";

const PAGES = ["api-page*", "dashboard*", "graphiql*"].map((name) => `test/long/${name}.test.ts`);
const { onUnhandledError, ...EACH } = TEST;

export default defineConfig({
  test: {
    onUnhandledError,
    projects: [
      {
        resolve: RESOLVE,
        test: {
          ...EACH,
          name: "pages",
          include: PAGES,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: RESOLVE,
        test: {
          ...EACH,
          name: "alone",
          include: ["test/long/*.test.ts"],
          exclude: PAGES,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
