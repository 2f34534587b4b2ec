// The account that runs PostgreSQL, which refuses to run as root.
import { stat } from "node:fs/promises";
import { type Account, run } from "./run.ts";

const UNPRIVILEGED_UID = 65_534;

/**
 * The account that runs the programs; undefined for the account of this process. Where that is root, it is the owner
 * of the data, or of the directory that the data is to be made in; where root owns both, the unprivileged user.
 */
export async function chooseAccount(data: string, directory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await ownerOf(data);
  if (owner) return owner;
  const host = await ownerOf(directory);
  // PostgreSQL makes data only for a user with a name.
  if (host && (await readId("-un", String(host.uid)))) return host;
  const [uid, gid] = await Promise.all([readId("-u", "nobody"), readId("-g", "nobody")]);
  return { uid: Number(uid || UNPRIVILEGED_UID), gid: Number(gid || UNPRIVILEGED_UID) };
}

async function ownerOf(path: string): Promise<Account | undefined> {
  const owner = await stat(path).catch(() => undefined);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
}

/** The output of `id` for a user; empty where there is none. */
async function readId(what: string, user: string): Promise<string> {
  const { code, output } = await run("id", [what, user], { cwd: "/" });
  return code === 0 ? output.trim() : "";
}

/** Whether the account may enter the directory, or run the program, through all of its parents. */
export async function canReach(path: string, account: Account | undefined): Promise<boolean> {
  if (!account) return true;
  const check = await run("/bin/sh", ["-c", '[ -x "$1" ]', "sh", path], { cwd: "/", account });
  return check.code === 0;
}
