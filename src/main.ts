#!/usr/bin/env node
// The program. Node 22 and newer store its compiled code beside it, where they can, so that the next start is faster.
import module from "node:module";
import { fileURLToPath } from "node:url";

type CompileCache = { enableCompileCache?: (folder: string) => unknown };

(module as CompileCache).enableCompileCache?.(
  fileURLToPath(new URL("../dist/compiled", import.meta.url)),
);
const { run } = await import("./cli/run.ts");
await run(process.argv.slice(2));
