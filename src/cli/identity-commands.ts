// The commands of named tokens and role rules, with their options.
import { type Command, Option } from "commander";
import {
  addRule,
  listRules,
  listTokens,
  makeToken,
  removeRule,
  withdrawToken,
} from "./identities.ts";

const dataOption = () =>
  new Option("--data <folder>", "folder of the stored data (DATA, or DATABASE_URL)");
const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** Adds the options of a grant. */
function granting(command: Command): Command {
  return command
    .requiredOption("--role <role>", "what may be done: viewer, operator, trader or admin")
    .option("--site <id>", "a site where it holds, may be repeated (default: everywhere)", collect)
    .option("--asset <id>", "an asset for which it holds, may be repeated", collect)
    .option("--path <prefix>", "data points at and below this path, may be repeated", collect)
    .addOption(dataOption());
}

export function addIdentityCommands(program: Command): void {
  const token = program.command("token").description("named tokens, also while the server runs");
  granting(
    token.command("make").argument("<name>").description("make one, and print it once"),
  ).action(makeToken);
  token
    .command("list")
    .description("list those that are not withdrawn")
    .addOption(dataOption())
    .action(listTokens);
  token
    .command("withdraw")
    .argument("<name>")
    .description("withdraw one: it is not accepted any more")
    .addOption(dataOption())
    .action(withdrawToken);

  const role = program
    .command("role")
    .description("rules that give roles to claims of OpenID Connect, also while the server runs");
  granting(
    role
      .command("add")
      .argument("<claim>")
      .argument("<value>")
      .description("add one: whose claim has the value has the role"),
  ).action(addRule);
  role
    .command("list")
    .description("list them, those of OIDC_ADMIN first")
    .addOption(dataOption())
    .action(listRules);
  role
    .command("remove")
    .argument("<id>")
    .description("remove one")
    .addOption(dataOption())
    .action(removeRule);
}
