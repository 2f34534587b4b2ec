import { expect, test } from "vitest";
import { startApplication } from "../support/application-under-test.ts";
import { hasBrowser, openBrowser } from "../support/browser.ts";

test.skipIf(!hasBrowser)(
  "the API page tries a route, and sends requests to this server alone",
  { timeout: 60_000 },
  async () => {
    const application = await startApplication();
    const browser = await openBrowser();
    const page = await browser.newPage();
    const foreign: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(application.url) && !request.url().startsWith("data:"))
        foreign.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));

    await page.goto(`${application.url}/docs`);
    await page.getByText("Sums over all assets").click();
    await page.getByRole("button", { name: "Execute" }).first().click();
    await page.getByText('"asset_count": 7').first().waitFor();

    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await browser.close();
    await application.stop();
  },
);
