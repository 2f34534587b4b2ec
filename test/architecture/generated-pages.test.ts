// The pages that are written from the code: as committed, and complete.
import { expect, test } from "vitest";
import { SETTINGS } from "../../src/config/settings.ts";
import { writeAlarmsPage } from "./alarms-page.ts";
import { writeErrorsPage } from "./errors-page.ts";
import { writeSettingsPage } from "./settings-page.ts";

test("the page of the settings is committed as their schema has them (npm run fix writes it)", async () => {
  const page = writeSettingsPage();
  await expect(page).toMatchFileSnapshot("../../docs/settings.md");
  for (const { variable } of SETTINGS) expect(page).toContain(`| \`${variable}\` |`);
  expect(page).toContain("| `--tick-seconds` | `4` | a number, 0.01 to 900 |");
});

test("the page of the errors is committed as the codes are (npm run fix writes it)", async () => {
  const page = writeErrorsPage();
  await expect(page).toMatchFileSnapshot("../../docs/errors.md");
  expect(page).toMatch(/\| `HOST_UNKNOWN` \| 421 \| .+ \| .+ \|/);
  expect(page).toMatch(/\| `TICKS_LATE` \| .+ \| .+ \|/);
});

test("the page of the alarms is committed as the codes are (npm run fix writes it)", async () => {
  const page = writeAlarmsPage();
  await expect(page).toMatchFileSnapshot("../../docs/alarms.md");
  expect(page).toMatch(/\| `ASSET_LIMITED` \| warning \| asset \| .+ \| .+ \| .+ \|/);
});
