// The checks of the command line: an error is one line, and ends the program as a refusal.
import type { Command, CommanderError } from "commander";
import { EXIT_REFUSED } from "./exit.ts";

/** Prints each error in one line. Called before commands are added, because they inherit it. */
export function refuseInOneLine(program: Command): void {
  program
    .configureOutput({
      outputError(text, write) {
        const line = text
          .trim()
          .replace(/^error: /, "mando: ")
          .replace(/\n/g, " ");
        write(`${line}${line.endsWith(".") ? "" : ":"} mando --help lists what there is\n`);
      },
    })
    .exitOverride(({ exitCode }: CommanderError) => {
      process.exit(exitCode === 0 ? 0 : EXIT_REFUSED);
    });
}

/** The arguments with the default command where none is named, so that any other first word is the name of a command. */
export function withCommand(given: readonly string[], fallback: string): readonly string[] {
  const [first] = given;
  const isOfProgram = first !== undefined && /^(-h|--help|-V|--version)$/.test(first);
  return first === undefined || (first.startsWith("-") && !isOfProgram)
    ? [fallback, ...given]
    : given;
}
