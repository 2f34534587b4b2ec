#!/usr/bin/env node
import { withCommand } from "./cli/arguments.ts";
import { createProgram, DEFAULT_COMMAND } from "./cli/program.ts";

// What is written where nobody reads any more is lost, and ends nothing.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const given = withCommand(process.argv.slice(2), DEFAULT_COMMAND);
await createProgram().parseAsync(given, { from: "user" });
