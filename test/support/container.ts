// The image of the Dockerfile, its last stage laid out by hand: files, variables, command and health check.
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Image {
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

/** Copies what the image holds into a folder. What comes from the stage of the build is of this checkout. */
export function layOutImage(folder: string): Image {
  const stage = lastStage();
  const valuesOf = (instruction: string) =>
    stage.filter(([name]) => name === instruction).map(([, rest]) => rest);
  for (const rest of valuesOf("COPY")) {
    const words = rest.replace(/^--from=build /, "").split(" ");
    const target = words.pop() as string;
    for (const word of words) {
      const source = word.replace(/^\/app\//, "");
      const path = join(folder, target.endsWith("/") ? join(target, source) : target);
      mkdirSync(dirname(path), { recursive: true });
      cpSync(join(ROOT, source), path, { recursive: true });
    }
  }
  const [user = ""] = valuesOf("USER");
  return {
    user,
    environment: Object.fromEntries(
      valuesOf("ENV").flatMap((rest) => rest.split(" ").map((pair) => pair.split("="))),
    ),
    command: JSON.parse(valuesOf("CMD")[0] as string),
    healthcheck: JSON.parse(valuesOf("HEALTHCHECK")[0]?.replace(/^.*? CMD /, "") as string),
  };
}

/** The instructions of the last stage, each with what follows it. */
function lastStage(): [instruction: string, rest: string][] {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8").replace(/\\\n\s*/g, "");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines
    .slice(lines.findLastIndex((line) => line.startsWith("FROM ")))
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
}
