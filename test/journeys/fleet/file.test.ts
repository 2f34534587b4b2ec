// The real program while its assets file changes, and the fleet that it gives back as a file.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock } from "../../../src/adapters/memory/clock.ts";
import { createApplication } from "../../../src/compose/application.ts";
import { parseAssetsFile, writeAssetsFile } from "../../../src/config/assets-file.ts";
import { readSettings } from "../../../src/config/settings.ts";
import type { Asset } from "../../../src/domain/fleet/asset.ts";
import { createFleetTable } from "../../../src/domain/fleet/fleet-table.ts";
import { START_MS } from "../../support/application-under-test.ts";
import { assetOf } from "../../support/fleet-fixture.ts";
import type { Json } from "../../support/json.ts";
import {
  endPrograms,
  type Program,
  postDispatch,
  runProgram,
} from "../../support/program-under-test.ts";
import { silentLog } from "../../support/silent-log.ts";
import { SITE } from "../../support/tick-tables.ts";

const MAIN = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const [A, B, C] = [assetOf(1), assetOf(2), assetOf(3)];
const NONE = { added: 0, changed: 0, retired: 0, gone: 0 };

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mando-file-"));
  file = join(directory, "fleet.yaml");
});
afterEach(() => {
  endPrograms();
  rmSync(directory, { recursive: true });
});

function say(...assets: readonly Asset[]): string {
  const text = writeAssetsFile(createFleetTable([SITE], assets));
  writeFileSync(file, text);
  return text;
}

const start = (variables: Record<string, string> = {}): Program =>
  runProgram({ ASSETS_FILE: file, TICK_SECONDS: "0.05", LOG_LEVEL: "info", ...variables });

async function call(url: string, method: string, path: string, token = "") {
  const answer = await fetch(url + path, { method, headers: { authorization: token } });
  return { status: answer.status, body: (await answer.json()) as Json };
}
const reload = async (url: string) => call(url, "POST", "/assets/reload");
const idsOf = async (url: string) =>
  ((await call(url, "GET", "/assets")).body as Json[]).map(({ id }) => id);
const says = (program: Program, text: string) =>
  expect.poll(program.output, { timeout: 10_000 }).toContain(text);

/** Runs a command of the program to its end. */
function runCommand(words: readonly string[], variables: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    env,
    cwd: directory,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Frames of all assets, live, as the ids that are in each. */
async function* framesOf(url: string): AsyncGenerator<string[]> {
  const answer = await fetch(`${url}/telemetry/stream`);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const [, data] = /^data: (.*)$/m.exec(event) ?? [];
      const samples = data === undefined ? undefined : (JSON.parse(data) as Json).samples;
      if (samples) yield (samples as Json[]).map(({ asset_id }) => asset_id);
    }
  }
}

describe("SIGHUP", () => {
  test("has the file read again, while dispatches run and clients watch", async () => {
    say(A, B);
    const program = start();
    const url = await program.url;
    const [kept, ended] = await Promise.all(
      [A, B].map(async ({ id }) => (await postDispatch(url, id, 5)).json() as Promise<Json>),
    );
    const statusOf = async ({ id }: Json) =>
      (await call(url, "GET", `/dispatch/${id}`)).body.status as string;
    for (const it of [kept, ended]) await expect.poll(() => statusOf(it)).toBe("active");
    const frames = framesOf(url);
    expect((await frames.next()).value).toEqual([A.id, B.id]);
    say(A, { ...B, retired: true }, C);
    program.child.kill("SIGHUP");
    for await (const ids of frames) {
      if (ids.length === 2 && ids[1] === C.id) break;
      expect(ids).toEqual([A.id, B.id]);
    }
    expect(await idsOf(url)).toEqual([A.id, C.id]);
    expect(await statusOf(kept)).toBe("active");
    expect((await call(url, "GET", `/dispatch/${ended.id}`)).body).toMatchObject({
      status: "failed",
      reason: "retired",
    });
    expect((await call(url, "GET", `/assets/${B.id}`)).body.retired).toBe(true);
    await says(program, "fleet.yaml was read again");
  });

  test("changes nothing where the file has errors or is gone, and reports why", async () => {
    const text = say(A, B);
    const program = start();
    const url = await program.url;
    writeFileSync(file, text.replace("efficiency: 0", "efficiency: 7").replace("name", "nom"));
    program.child.kill("SIGHUP");
    await says(program, `${file}: the assets file has 3 errors: the fleet stays as it is`);
    await says(program, `${file}:3:5 sites[0].name is missing`);
    await says(program, `${file}:4:5 sites[0].nom is not a known key`);
    expect(program.output()).toMatch(/fleet\.yaml:14:5 assets\[0\]\.efficiency must be 0.01 to 1/);
    rmSync(file);
    program.child.kill("SIGHUP");
    await says(
      program,
      `${file}: the assets file cannot be read (ENOENT): the fleet stays as it is`,
    );
    expect(await idsOf(url)).toEqual([A.id, B.id]);
  });

  test("is heeded once the fleet runs where it comes before", async () => {
    say(A, B);
    const read = readSettings({}, { PORT: "0", ASSETS_FILE: file });
    if ("problems" in read) throw new Error(read.problems.join("; "));
    const clock = createManualClock(START_MS);
    const lines: string[] = [];
    const log = { ...silentLog, info: (_: object, text: string) => void lines.push(text) };
    const application = await createApplication({
      settings: read.settings,
      log,
      clock,
      version: "0.0.0",
    });
    application.reload();
    expect(lines).toEqual([`${file} is read again once the fleet runs: not yet`]);
    say(A, B, C);
    const { url } = await application.start();
    await expect
      .poll(() => {
        clock.advance(4000);
        return lines;
      })
      .toContain(`${file} was read again`);
    expect(await idsOf(url)).toEqual([A.id, B.id, C.id]);
    await application.stop();
  });
});

describe("POST /assets/reload", () => {
  test("answers what changed, and what is wrong with the file", async () => {
    const text = say(A, B);
    const url = await start().url;
    say(A, C);
    expect(await reload(url)).toEqual({
      status: 200,
      body: { sites: NONE, assets: { ...NONE, added: 1, gone: 1 }, clamps: [] },
    });
    expect(await idsOf(url)).toEqual([A.id, C.id]);
    writeFileSync(file, text.replace("efficiency: 0", "efficiency: 7"));
    expect(await reload(url)).toMatchObject({
      status: 422,
      body: {
        code: "FILE_INVALID",
        detail: "the assets file has an error: the fleet stays as it is",
        errors: [{ line: 14, column: 5, message: expect.stringMatching(/^assets\[0\]\.eff/) }],
      },
    });
    rmSync(file);
    expect(await reload(url)).toMatchObject({ status: 422, body: { code: "FILE_UNREADABLE" } });
    expect(await idsOf(url)).toEqual([A.id, C.id]);
  });

  test("reports the corrected state of a smaller battery", async () => {
    say(A, B);
    const url = await start().url;
    say({ ...A, capacityMwhr: A.capacityMwhr / 4 }, B);
    const { body } = await reload(url);
    const [from, to] = [A.capacityMwhr / 2, A.capacityMwhr / 4];
    expect(body.clamps).toEqual([{ asset_id: A.id, field: "soc_mwhr", from, to }]);
  });

  test("puts a file in the place of the default fleet, and needs the token", async () => {
    writeFileSync(file, "not yet");
    const program = start({ API_TOKEN: "open sesame" });
    const url = await program.url;
    expect(await idsOf(url)).toHaveLength(3);
    say(A, B);
    expect(await reload(url)).toMatchObject({ status: 401, body: { code: "UNAUTHORIZED" } });
    expect(await idsOf(url)).toHaveLength(3);
    const answer = await call(url, "POST", "/assets/reload", "Bearer open sesame");
    expect(answer.body.assets).toEqual({ ...NONE, added: 2, gone: 3 });
    expect(await idsOf(url)).toEqual([A.id, B.id]);
  });

  test("is served twice at once, one after the other", async () => {
    say(A, B);
    const url = await start().url;
    say(A, B, C);
    const answers = await Promise.all([reload(url), reload(url)]);
    expect(answers.map(({ body }) => body.assets.added)).toEqual([1, 0]);
  });
});

describe("mando assets export", () => {
  test("writes the fleet that runs as a file that starts the same fleet", async () => {
    const odd = { ...A, name: 'Øresund "A": №1\n#2', capacityMwhr: 0.1 + 0.2, fallbackMw: -0 };
    const text = say(odd, B, { ...C, retired: true });
    const first = await start().url;
    const output = join(directory, "out.yaml");
    expect(runCommand(["assets", "export", "--url", first, "--output", output])).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    expect(readFileSync(output, "utf8")).toBe(text);
    const second = await start({ ASSETS_FILE: output }).url;
    const { port } = new URL(second);
    expect(runCommand(["assets", "export"], { PORT: port }).stdout).toBe(text);
    expect(parseAssetsFile(text)).toMatchObject({ assets: [odd, B, { ...C, retired: true }] });
  });

  test("never writes over a file", () => {
    say(A);
    const { status, stderr } = runCommand(["assets", "export", "--output", file]);
    expect([status, stderr]).toEqual([2, `mando: ${file} is there already: name a new file\n`]);
    expect(parseAssetsFile(readFileSync(file, "utf8"))).toHaveProperty("assets");
  });

  test("refuses a name under which no file can be written", async () => {
    say(A);
    const url = await start().url;
    const nowhere = join(directory, "none", "out.yaml");
    const lost = runCommand(["assets", "export", "--url", url, "--output", nowhere]);
    expect(lost).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^mando: ENOENT: .*\n$/),
    });
  });

  test("ends with one line where there is no server, or no fleet", async () => {
    const output = join(directory, "out.yaml");
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const refused = runCommand(["assets", "export", "--output", output], { PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    expect([refused.status, refused.stderr]).toEqual([
      1,
      `mando: ${url} does not answer (ECONNREFUSED): does it run there?\n`,
    ]);
    say(A);
    const foreign = `${await start().url}/nowhere`;
    const other = runCommand(["assets", "export", "--url", foreign, "--output", output]);
    expect(other).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^mando: .* 404: .*\n$/),
    });
    expect(existsSync(output)).toBe(false);
  });

  test.each([
    [["--url", "here"], {}, "mando: here is no address: name one like http://127.0.0.1:3001\n"],
    [[], { PORT: "0" }, "mando: PORT is any free one: name the server with --url\n"],
    [[], { PORT: "x" }, 'mando: PORT must be a whole number, 0 to 65535, not "x"\n'],
  ])("refuses %o %o", (words, variables, expected) => {
    const { status, stderr } = runCommand(
      ["assets", "export", ...words],
      variables as Record<string, string>,
    );
    expect([status, stderr]).toEqual([2, expected]);
  });
});
