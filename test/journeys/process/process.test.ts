import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MAIN = join(ROOT, "dist/main.js");
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** The address it prints. Rejects when it ends first. */
  readonly url: Promise<string>;
  readonly exit: Promise<number | null>;
}

function run(flags: string[], environment: Record<string, string> = {}, cwd = ROOT): Program {
  const child = spawn(process.execPath, [MAIN, ...flags], {
    cwd,
    env: { PATH: process.env.PATH, PORT: "0", DEMO: "0", ...environment },
  });
  running.push(child);
  let text = "";
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const url = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      const [, found] = /Mando runs at (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    void exit.then(() => reject(new Error(text)));
  });
  url.catch(() => {});
  return { child, output: () => text, url, exit };
}

const socOf = async (answer: Response) => ((await answer.json()) as { soc_mwhr: number }).soc_mwhr;

describe("the program", () => {
  test("prints its addresses and a curl line, answers, and ends with 0 on SIGTERM", async () => {
    const program = run([]);
    const url = await program.url;
    expect(program.output()).toContain(`curl -s ${url}/dispatch`);
    expect((await fetch(`${url}/assets`)).status).toBe(200);
    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(0);
  });

  test("ends within 5 s on SIGINT though clients hold connections open", async () => {
    const program = run([]);
    const { port } = new URL(await program.url);
    const idle = (await import("node:net")).connect(Number(port), "127.0.0.1");
    idle.on("error", () => {});
    idle.write(
      "POST /dispatch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    await new Promise((resolve) => idle.once("connect", resolve));
    const beganMs = Date.now();
    program.child.kill("SIGINT");
    expect(await program.exit).toBe(0);
    expect(Date.now() - beganMs).toBeLessThan(5000);
  });

  test("moves the fleet by itself", async () => {
    const program = run(["--tick-seconds", "0.05"]);
    const url = await program.url;
    const [asset] = (await (await fetch(`${url}/assets`)).json()) as { id: string }[];
    await fetch(`${url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: asset?.id, mw: 5 }),
    });
    await expect
      .poll(async () => socOf(await fetch(`${url}/telemetry/${asset?.id}`)), {
        timeout: 5000,
      })
      .toBeLessThan(18);
  });

  test("reports a port in use in one line", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const program = run([], { PORT: String(port) });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(
      new RegExp(`^mando: port ${port} of 127.0.0.1 is taken: .*PORT$`, "m"),
    );
    expect(program.output()).not.toContain("    at ");
    server.close();
  });

  test.each([
    [["--port", "x"], {}, /^mando: PORT must be a whole number, 0 to 65535, not "x"\n$/],
    [[], { PORT: "99999" }, /^mando: PORT must be 0 to 65535, not 99999\n$/],
    [[], { HOST: "0.0.0.0" }, /^mando: HOST is reached by other machines: set API_TOKEN/],
    [
      ["--host", "192.0.2.1"],
      { API_TOKEN: "long-enough" },
      /^mando: HOST 192.0.2.1 is no address/m,
    ],
    [["--colour"], {}, /^mando: unknown option '--colour': mando --help lists what there is\n$/],
    [["--prot", "1"], {}, /^mando: unknown option '--prot' \(Did you mean --port\?\): .*\n$/],
    [["--port"], {}, /^mando: option '--port <value>' argument missing: .*\n$/],
    [["dance"], {}, /^mando: unknown command 'dance': mando --help lists what there is\n$/],
    [["exprot"], {}, /^mando: unknown command 'exprot' \(Did you mean export\?\): .*\n$/],
    [["serve", "dance"], {}, /^mando: too many arguments for 'serve'/],
    [["export"], {}, /^mando: missing required argument 'folder'/],
    [["--assets-file", "no.yaml"], {}, /^mando: ASSETS_FILE no.yaml does not exist: name a file/],
    [[], { ASSETS_FILE: "no.yaml" }, /^mando: ASSETS_FILE no.yaml does not exist: name a file/],
    [["--assets-file", "src"], {}, /^mando: ASSETS_FILE src is a folder: name a file/],
  ])("refuses %o %o", async (flags, environment, expected) => {
    const program = run(flags, environment as Record<string, string>);
    expect(await program.exit).toBe(2);
    expect(program.output()).toMatch(expected);
  });

  test("takes settings from a file with the line ends of Windows", async () => {
    const environment = { HOST: "127.0.0.1\r", API_TOKEN: "long-enough\r", TICK_SECONDS: "1\r" };
    const url = await run([], environment).url;
    const body = JSON.stringify({ asset_id: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01", mw: 1 });
    const headers = { "content-type": "application/json", authorization: "Bearer long-enough" };
    expect((await fetch(`${url}/dispatch`, { method: "POST", headers, body })).status).toBe(202);
  });

  test("runs the default fleet where there is no file, and logs it", async () => {
    const program = run([], {}, mkdtempSync(join(tmpdir(), "mando-")));
    const assets = await (await fetch(`${await program.url}/assets`)).json();
    expect(assets).toHaveLength(3);
    expect(program.output()).toContain(
      "assets.yaml cannot be read (ENOENT): running the default fleet",
    );
  });

  test("runs the default fleet where the file is wrong, and shows every error", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "mando-")), "fleet.yaml");
    writeFileSync(file, "sites: []\nassets:\n  - id: x\n    colour: red\n");
    const program = run(["--assets-file", file]);
    await program.url;
    expect(program.output()).toContain("fleet.yaml:3:5 assets[0].id must be a UUID");
    expect(program.output()).toContain("fleet.yaml:4:5 assets[0].colour is not a known key");
  });

  test("stores its data in a folder, with a database of its own, over Ctrl-C and a crash", {
    timeout: 60_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "mando-data-"));
    chmodSync(folder, 0o755);
    const flags = ["--data", join(folder, "data"), "--tick-seconds", "0.05"];
    const read = async (url: string) => {
      const [asset] = (await (await fetch(`${url}/assets`)).json()) as { id: string }[];
      return { id: asset?.id, socMwhr: await socOf(await fetch(`${url}/telemetry/${asset?.id}`)) };
    };
    const first = run(flags);
    const { id } = await read(await first.url);
    await fetch(`${await first.url}/dispatch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ asset_id: id, mw: 30 }),
    });
    await expect
      .poll(async () => (await read(await first.url)).socMwhr, { timeout: 5000 })
      .toBeLessThan(17.9995);
    first.child.kill("SIGKILL");
    await first.exit;
    const second = run(flags);
    expect((await read(await second.url)).socMwhr).toBeLessThan(17.9995);
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
    const third = run(flags);
    expect((await read(await third.url)).socMwhr).toBeLessThan(17.9995);
    third.child.kill("SIGTERM");
    expect(await third.exit).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test("has help with every setting, and a version", async () => {
    const help = run(["--help"]);
    expect(await help.exit).toBe(0);
    for (const word of [
      "--host",
      "--port",
      "--tick-seconds",
      "TICK_SECONDS",
      "--assets-file",
      "--log-level",
      "serve",
    ])
      expect(help.output()).toContain(word);
    const version = run(["--version"]);
    expect(await version.exit).toBe(0);
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
