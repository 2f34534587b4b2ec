#!/usr/bin/env node
import { withCommand } from "./cli/arguments.ts";
import { createProgram, DEFAULT_COMMAND } from "./cli/program.ts";

const given = withCommand(process.argv.slice(2), DEFAULT_COMMAND);
await createProgram().parseAsync(given, { from: "user" });
