// What every run of tests has, whichever files it takes.
import { createRequire } from "node:module";
import { isDriverSlip } from "../src/compose/driver-slip.ts";

// One copy of graphql for the sources and for the libraries, which find it in different formats.
const graphql = createRequire(import.meta.url).resolve("graphql");

export const RESOLVE = { alias: [{ find: /^graphql$/, replacement: graphql }] };

export const TEST = {
  root: new URL("..", import.meta.url).pathname,
  // Tests of memory collect first.
  execArgv: ["--expose-gc"],
  testTimeout: 30_000,
  hookTimeout: 30_000,
  // Tests break connections; the program lives with this as well.
  onUnhandledError: (error: unknown) => (isDriverSlip(error as Error) ? false : undefined),
};
