// The command line: commands and their options.
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { SECRETS, SETTINGS, type SettingName } from "../config/settings.ts";
import { refuseInOneLine } from "./arguments.ts";
import { exportAssets } from "./assets-export.ts";
import { verify } from "./audit.ts";
import { addDataCommands } from "./data-commands.ts";
import { addIdentityCommands } from "./identity-commands.ts";
import { addOptimiseCommand } from "./optimise.ts";
import { serve } from "./serve.ts";
import { addSettingCommands } from "./setting-commands.ts";
import { transfer } from "./transfer.ts";
import { addVersionsCommand } from "./versions.ts";

/** The command that runs where the command line names none. */
export const DEFAULT_COMMAND = "serve";

/** The command line: the commands, and the settings as flags of `serve`. */
export function createProgram(): Command {
  const { version } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  const program = new Command("mando")
    .description("A battery-fleet laboratory: simulated grid batteries behind an API.")
    .version(version);
  refuseInOneLine(program);

  const serving = program
    .command(DEFAULT_COMMAND)
    .description("simulate the fleet and answer requests (the default command)");
  for (const { name, variable, description, fallback } of SETTINGS) {
    if (SECRETS.has(name)) continue;
    const note = fallback === undefined ? variable : `${variable}, default ${fallback}`;
    serving.addOption(new Option(`--${dashed(name)} <value>`, `${description} (${note})`));
  }
  serving.action((flags: Partial<Record<SettingName, string>>) => serve(flags, version));
  for (const [direction, description] of [
    ["export", "write all stored data into a new folder, as CSV"],
    ["import", "store the data of an export, of this or an older version, in this database"],
  ] as const)
    program
      .command(direction)
      .argument("<folder>")
      .description(description)
      .addOption(new Option("--data <folder>", "folder of the stored data (DATA, or DATABASE_URL)"))
      .action((folder: string, flags: { data?: string }) => transfer(direction, folder, flags));
  program
    .command("assets")
    .description("the sites and assets of a server that runs")
    .command("export")
    .description("write them as an assets file that gives the same fleet")
    .addOption(new Option("--url <address>", "address of the server (default: by HOST and PORT)"))
    .addOption(new Option("--output <file>", "new file to write (default: standard output)"))
    .action(exportAssets);
  program
    .command("audit")
    .description("the audit log that is stored")
    .command("verify")
    .description(
      "find records that were altered, removed or put in; exit code 2 where there are some",
    )
    .addOption(new Option("--head <head>", "a head that was noted before: number:hash"))
    .addOption(new Option("--data <folder>", "folder of the stored data (DATA, or DATABASE_URL)"))
    .action(verify);
  addIdentityCommands(program);
  addDataCommands(program);
  addSettingCommands(program);
  addVersionsCommand(program, version);
  addOptimiseCommand(program);
  program.addHelpText(
    "after",
    () => `\nOptions of serve, with their variables:\n${optionList(serving)}`,
  );
  return program;
}

function optionList(command: Command): string {
  return command.options
    .map(({ flags, description }) => `  ${flags.padEnd(26)} ${description}`)
    .join("\n");
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
