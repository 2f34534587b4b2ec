// The command that prints versions: of this installation, or of a server that runs.
import { Argument, type Command } from "commander";
import { createInstalledVersions } from "../compose/versions.ts";
import { componentLines, KINDS } from "../services/version/lines.ts";
import { request, serverOf } from "./server-requests.ts";

type Kind = (typeof KINDS)[number];
type Components = Parameters<typeof componentLines>[0];
/** A component, as the server sends it. */
type Sent = Omit<Components[number], "isCurrent"> & { readonly is_current: boolean };

export function addVersionsCommand(program: Command, version: string): void {
  program
    .command("versions")
    .addArgument(new Argument("[kind]", "only this kind").choices(KINDS))
    .description("print the versions of this installation: product, build, packages and others")
    .option("--url <address>", "of the server at this address, and of its database")
    .action(async (kind: Kind | undefined, { url }: { url?: string }) => {
      const listed = url === undefined ? await ofInstallation(version, kind) : await at(url, kind);
      for (const line of componentLines(listed)) process.stdout.write(`${line}\n`);
    });
}

function ofInstallation(version: string, kind: Kind | undefined): Promise<Components> {
  return createInstalledVersions({ version, settings: {} }).list(kind);
}

async function at(url: string, kind: Kind | undefined): Promise<Components> {
  const path = kind === undefined ? "versions" : `versions?kind=${kind}`;
  const sent = await request(
    serverOf(url),
    path,
    async (answer) => (await answer.json()) as readonly Sent[],
  );
  return sent.map(({ is_current: isCurrent, ...rest }) => ({ ...rest, isCurrent }));
}
