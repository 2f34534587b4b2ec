// The commands of data points, with their options.
import { type Command, Option } from "commander";
import { LANGUAGES, writeConstants } from "./codegen/command.ts";
import { describeData, exportData, getData, importData, listData, putData } from "./data.ts";

const urlOption = () =>
  new Option("--url <address>", "address of the server (default: by HOST and PORT)");

export function addDataCommands(program: Command): void {
  const data = program
    .command("data")
    .description("data points of a server that runs, by the token of MANDO_TOKEN or API_TOKEN");
  data
    .command("ls")
    .argument("[prefix]", "only this path, and those below it")
    .description("list the catalogue: path, type, unit, resolution")
    .addOption(urlOption())
    .action(listData);
  addRead(data);
  addWrite(data);
  data
    .command("describe")
    .argument("<path>")
    .description("add a data point to the catalogue, or describe it anew")
    .requiredOption("--type <type>", "time_series_double, time_series_double_matrix or static_data")
    .option("--unit <unit>", "unit of its values")
    .option("--resolution <duration>", "from one value to the next, like PT15M")
    .option("--time-zone <name>", "zone of its market, like Europe/Helsinki (default: UTC)")
    .option("--description <text>", "what it is")
    .option("--min <number>", "least sane value")
    .option("--max <number>", "greatest sane value")
    .option("--retention <duration>", "values of older instants are removed, like P3Y")
    .addOption(urlOption())
    .action(describeData);
  data
    .command("codegen")
    .description("write constants of the paths, with the types of their values")
    .addOption(
      new Option("--language <language>", "of the constants")
        .choices(LANGUAGES)
        .makeOptionMandatory(),
    )
    .option("--prefix <path>", "only this path, and those below it")
    .option("--out <file>", "file to write, also again (default: standard output)")
    .addOption(urlOption())
    .action(writeConstants);
  data
    .command("export")
    .description(
      "print the catalogue as CSV, without values: data get prints those, mando export moves all",
    )
    .option("--prefix <path>", "only this path, and those below it")
    .addOption(urlOption())
    .action(exportData);
  data
    .command("import")
    .argument("<file>")
    .description("describe the data points of such a CSV: data put writes values")
    .addOption(urlOption())
    .action(importData);
}

function addRead(data: Command): void {
  data
    .command("get")
    .argument("[paths...]")
    .description("print values: of a range, or the newest of each path")
    .option("--prefix <path>", "instead of paths: this one, and all below it")
    .option("--from <instant>", "earliest instant, included")
    .option("--until <instant>", "latest instant, excluded")
    .option("--mode <mode>", "merged, original or override (default: merged)")
    .option("--known-at <instant>", "only what the world could know then")
    .option("--recorded-at <instant>", "only what was stored up to then")
    .option("--step <duration>", "steps of this width, like PT1H or P1D")
    .option("--aggregate <name>", "mean, sum, min, max, first, last or count")
    .option("--time-zone <name>", "zone of the steps")
    .option("--versions", "all versions")
    .option("--format <format>", "csv, json, ndjson or arrow", "csv")
    .addOption(urlOption())
    .action(getData);
}

function addWrite(data: Command): void {
  data
    .command("put")
    .argument("[file]", "a file .csv, .json or .arrow (default: CSV of the standard input)")
    .description("write values: all or none")
    .option("--source <source>", "original or override (default: original)")
    .option("--known <instant>", "since when the world could know them (default: now)")
    .option("--expires-at <instant>", "when overrides end by themselves")
    .option("--unit <unit>", "refused where it is not that of the data point")
    .option("--request-id <id>", "a request that is repeated with it is stored once")
    .option("--separator <sign>", "of CSV: , or ; or tab")
    .option("--decimal <sign>", "of CSV: . or ,")
    .addOption(urlOption())
    .action(putData);
}
