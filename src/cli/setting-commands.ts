// The commands of settings, with their options.
import { type Command, Option } from "commander";
import {
  getSetting,
  listSettings,
  printHistory,
  rollbackSetting,
  setSetting,
  unsetSetting,
} from "./settings.ts";

const urlOption = () =>
  new Option("--url <address>", "address of the server (default: by HOST and PORT)");
const scopeOption = () =>
  new Option("--scope <scope>", "platform, site:<uuid>, asset:<uuid> or flow:<name>").default(
    undefined,
    "platform",
  );

export function addSettingCommands(program: Command): void {
  const settings = program
    .command("settings")
    .description("settings of a server that runs, by the token of MANDO_TOKEN or API_TOKEN");
  addReads(settings);
  withChange(
    settings
      .command("set")
      .argument("<id>")
      .argument("<value>", "as JSON, or a text")
      .description("give a scope a value, as a new version"),
  ).action(setSetting);
  withChange(
    settings
      .command("unset")
      .argument("<id>")
      .description("take the value of a scope back, so that it inherits"),
  ).action(unsetSetting);
  withChange(
    settings
      .command("rollback")
      .argument("<id>")
      .argument("<version>", "with the value")
      .description("give a scope the value of an earlier version"),
  ).action(rollbackSetting);
}

function addReads(settings: Command): void {
  const asOf = () => new Option("--as-of <instant>", "as it was stored then");
  settings
    .command("ls")
    .description("list the settings of a scope: id, value, unit, and why it is in force")
    .addOption(scopeOption())
    .addOption(asOf())
    .addOption(urlOption())
    .action(listSettings);
  settings
    .command("get")
    .argument("<id>")
    .description("print one setting as JSON")
    .addOption(scopeOption())
    .addOption(asOf())
    .addOption(urlOption())
    .action(getSetting);
  settings
    .command("history")
    .argument("<id>")
    .description("print the versions of a scope, the newest first: version, value, when, who, why")
    .addOption(scopeOption())
    .addOption(urlOption())
    .action(printHistory);
}

function withChange(command: Command): Command {
  return command
    .addOption(scopeOption())
    .option("--reason <text>", "why, in one line")
    .option("--expect <version>", "refuse it where another version is the newest")
    .option("--dry-run", "change nothing, and print what would change")
    .addOption(urlOption());
}
