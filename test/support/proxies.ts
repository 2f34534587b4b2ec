// nginx and Caddy as Debian has them, each with the configuration of a test, on ports that are free.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSystemProgram, type SystemProgram } from "./system-program.ts";

/** @param sites The server blocks; `{{folder}}` in them is a folder with a certificate for localhost. */
export function startNginx(sites: string, ports: readonly number[]): Promise<SystemProgram> {
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
  return runSystemProgram("nginx", flags, folder, ports);
}

/** @param sites The site blocks of a Caddyfile. */
export function startCaddy(sites: string, ports: readonly number[]): Promise<SystemProgram> {
  const folder = mkdtempSync(join(tmpdir(), "mando-caddy-"));
  const global = "{\n  admin off\n  skip_install_trust\n  auto_https disable_redirects\n}\n";
  writeFileSync(join(folder, "Caddyfile"), global + sites);
  return runSystemProgram("caddy", ["run", "--config", join(folder, "Caddyfile")], folder, ports);
}

function makeCertificate(folder: string): void {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")];
  const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...kind, ...subject, ...files], { stdio: "ignore" });
}
