// The system's Chromium, for tests that look at pages. CI has one; elsewhere those tests log that they are skipped.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));

export const hasBrowser = executablePath !== undefined;
if (!hasBrowser)
  process.stderr.write("no Chromium found: tests of pages are skipped (set CHROMIUM)\n");

export function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath as string,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}
