import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findBreaches } from "./boundaries.ts";

const SRC = new URL("../../src/", import.meta.url);

function readSources(): Map<string, string> {
  const paths = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path));
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, SRC), "utf8")]));
}

describe("the architecture", () => {
  test("has no broken boundary", () => {
    const sources = readSources();
    expect(sources.size).toBeGreaterThan(30);
    expect(findBreaches(sources)).toEqual([]);
  });

  test("leaves the choice of a battery model to the registry", () => {
    const others = [...readSources()].filter(([path]) => !path.startsWith("domain/battery/"));
    expect(others.filter(([, text]) => /battery\/linear\//.test(text))).toEqual([]);
  });

  test.each([
    ["domain/x.ts", 'import { z } from "zod";', "domain imports zod, and may import nothing"],
    ["domain/x.ts", 'import type { Y } from "node:fs";', "domain imports node:fs"],
    ["domain/ports/x.ts", 'import "../../services/y.ts";', "domain imports services"],
    ["simulator/x.ts", 'export * from "../services/y.ts";', "simulator imports services"],
    ["simulator/x.ts", "const now = Date.now();", "simulator touches Date.now"],
    ["services/x.ts", "const now = new Date();", "services touches new Date()"],
    ["services/x.ts", "setTimeout(() => {}, 1);", "services touches setTimeout"],
    ["services/x.ts", 'import { a } from "../store/y.ts";', "services imports store"],
    ["services/x.ts", 'const a = await import("../adapters/y.ts");', "services imports adapters"],
    ["api/rest/x.ts", 'import type { A } from "../../adapters/y.ts";', "api imports adapters"],
    ["api/rest/x.ts", 'import {\n  a,\n  b,\n} from "../../compose/y.ts";', "api imports compose"],
    ["store/x.ts", 'import { a } from "../config/y.ts";', "store imports config"],
    ["main.ts", 'import { a } from "./services/y.ts";', "main imports services"],
    ["utils/x.ts", "", '"utils" is no module'],
    ["domain/fleet/x.ts", 'import "../battery/y.ts";', "domain/fleet imports domain/battery"],
    [
      "domain/battery/x.ts",
      'import "../telemetry/y.ts";',
      "domain/battery imports domain/telemetry",
    ],
    [
      "domain/dispatch/x.ts",
      'import "../battery/linear/y.ts";',
      "domain/dispatch imports domain/battery/linear",
    ],
    ["domain/base/x.ts", 'import "../ports/y.ts";', "domain/base imports domain/ports"],
    ["api/transport/x.ts", 'import "../stream/y.ts";', "api/transport imports api/stream"],
    ["api/stream/x.ts", 'import "../rest/base/y.ts";', "api/stream imports api/rest/base"],
    ["api/rest/base/x.ts", 'import "../site/y.ts";', "api/rest/base imports api/rest/site"],
    ["api/rest/site/x.ts", 'import "../asset/y.ts";', "api/rest/site imports api/rest/asset"],
    [
      "api/graphql/server/x.ts",
      'import { schema } from "../schema.ts";',
      "api/graphql/server imports api/graphql/schema",
    ],
    [
      "api/rest/asset/x.ts",
      'import "../../graphql/base/y.ts";',
      "api/rest/asset imports api/graphql/base",
    ],
    [
      "services/telemetry/x.ts",
      'import "../dispatch/dispatch.ts";',
      "services/telemetry imports services/dispatch/dispatch",
    ],
    [
      "services/dispatch/events.ts",
      'import type { A } from "./plans.ts";',
      "services/dispatch/events imports services/dispatch/plans",
    ],
    ["store/database/x.ts", 'import "../fleet/y.ts";', "store/database imports store/fleet"],
    [
      "store/telemetry/x.ts",
      'import "../write-behind/y.ts";',
      "store/telemetry imports store/write-behind",
    ],
    ["api/x.ts", 'import "./transport/y.ts";', "lies in no folder of the table of api"],
    ["api/transport/x.ts", 'import "../y.ts";', "imports api/a folder without rules"],
  ])("notices a planted fault in %s: %s", (path, text, breach) => {
    expect(findBreaches(new Map([[path, text]]))).toEqual([expect.stringContaining(breach)]);
  });

  test("lets pass what an inner table allows", () => {
    const text = 'import "../base/y.ts";\nimport "../fleet/y.ts";\nimport "./y.ts";';
    expect(findBreaches(new Map([["api/rest/site/x.ts", text]]))).toEqual([]);
    expect(findBreaches(new Map([["api/app.ts", 'import "./rest/site/y.ts";']]))).toEqual([]);
  });

  test("lets pass what the table allows, and words in comments", () => {
    const text = '// import "../store/x.ts", Date.now()\nimport { a } from "../domain/a.ts";';
    expect(findBreaches(new Map([["services/x.ts", text]]))).toEqual([]);
  });

  test("keeps its files small and its names plain", () => {
    for (const [path, text] of readSources()) {
      expect(text.split("\n").length, `lines of ${path}`).toBeLessThanOrEqual(301);
      expect(path).not.toMatch(/(^|\/)(utils?|helpers?|common|types|index|misc)\.tsx?$/);
    }
  });
});
