// The commit that a build has, in folders of git and in others.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCommit } from "../../bundle.config.ts";

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mando-commit-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("is unknown without a repository, known with one, and dirty where a file differs", () => {
  expect(readCommit(folder)).toBeNull();
  git("init", "-q");
  expect(readCommit(folder)).toBeNull();
  writeFileSync(join(folder, "file"), "one");
  git("add", "file");
  git("commit", "-qm", "one");
  git("tag", "-a", "v1", "-m", "v1");
  const commit = git("rev-parse", "HEAD");
  expect(readCommit(folder)).toBe(commit);
  writeFileSync(join(folder, "file"), "two");
  expect(readCommit(folder)).toBe(`${commit}-dirty`);
});

test("is unknown in a folder that only lies in another repository", () => {
  const inner = join(folder, "inner");
  mkdirSync(inner);
  expect(git("rev-parse", "HEAD")).toMatch(/^[0-9a-f]{40}$/);
  expect(readCommit(inner)).toBeNull();
});
