// nginx and Caddy as Debian has them, each with the configuration of a test, on ports that are free.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ProxyProcess {
  stop(): Promise<void>;
}

/** Whether a program is installed; where it is not, logs that its tests are skipped. */
export function isInstalled(program: "nginx" | "caddy"): boolean {
  try {
    execFileSync(program, [program === "nginx" ? "-v" : "version"], {
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: "ignore",
    });
    return true;
  } catch {
    process.stderr.write(`no ${program} found: tests of proxies before the server are skipped\n`);
    return false;
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((it) => once(it, "listening")));
  const ports = servers.map((it) => (it.address() as AddressInfo).port);
  await Promise.all(servers.map((it) => new Promise((resolve) => it.close(resolve))));
  return ports;
}

/** @param sites The server blocks; `{{folder}}` in them is a folder with a certificate for localhost. */
export function startNginx(sites: string, ports: readonly number[]): Promise<ProxyProcess> {
  const folder = mkdtempSync(join(tmpdir(), "mando-nginx-"));
  makeCertificate(folder);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join("\n");
  const config = `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary}
  ${sites.replaceAll("{{folder}}", folder)}
}
`;
  writeFileSync(join(folder, "nginx.conf"), config);
  const flags = ["-p", folder, "-e", join(folder, "error.log"), "-c", join(folder, "nginx.conf")];
  return run("nginx", flags, folder, ports);
}

/** @param sites The site blocks of a Caddyfile. */
export function startCaddy(sites: string, ports: readonly number[]): Promise<ProxyProcess> {
  const folder = mkdtempSync(join(tmpdir(), "mando-caddy-"));
  const global = "{\n  admin off\n  skip_install_trust\n  auto_https disable_redirects\n}\n";
  writeFileSync(join(folder, "Caddyfile"), global + sites);
  return run("caddy", ["run", "--config", join(folder, "Caddyfile")], folder, ports);
}

function makeCertificate(folder: string): void {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")];
  const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...kind, ...subject, ...files], { stdio: "ignore" });
}

async function run(
  program: string,
  flags: readonly string[],
  folder: string,
  ports: readonly number[],
): Promise<ProxyProcess> {
  const env = { PATH: `${process.env.PATH}:/usr/sbin`, HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(program, flags, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const port of ports) await listening(child, port);
  } catch {
    await stop();
    throw new Error(`${program} does not run: ${said}`);
  }
  return { stop };
}

/** Waits until a port takes connections. */
async function listening(child: ChildProcess, port: number): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (child.exitCode === null && performance.now() < deadlineMs) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}
