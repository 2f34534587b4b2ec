// A file system of its own size, in memory, that a test may fill; only where this machine lets us mount one.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly directory: string;
  /** Takes every byte that is left. */
  fill(): void;
  /** Frees what `fill` took. */
  free(): void;
  remove(): void;
}

/** @returns undefined where nothing can be mounted. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const directory = mkdtempSync(join(tmpdir(), "mando-disk-"));
  try {
    run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "mando", directory);
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
  // As root, another user runs PostgreSQL, and must be able to get there.
  chmodSync(directory, 0o755);
  const ballast = join(directory, "ballast");
  return {
    directory,
    fill() {
      const chunk = Buffer.alloc(2 ** 20);
      for (const bytes of [2 ** 20, 2 ** 12])
        try {
          for (;;) writeFileSync(ballast, chunk.subarray(0, bytes), { flag: "a" });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        }
    },
    free: () => rmSync(ballast, { force: true }),
    remove() {
      run("umount", "-l", directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: "ignore" });
}
