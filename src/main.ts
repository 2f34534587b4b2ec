#!/usr/bin/env node
// The program.
import { withCommand } from "./cli/arguments.ts";
import { createProgram, DEFAULT_COMMAND } from "./cli/program.ts";

// An error of a stream without a reader loses the text, and does not end the process.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const given = withCommand(process.argv.slice(2), DEFAULT_COMMAND);
await createProgram().parseAsync(given, { from: "user" });
