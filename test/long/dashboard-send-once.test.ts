import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasBrowser } from "../support/browser.ts";
import { standDashboard } from "../support/dashboard-stand.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

describe.skipIf(!hasBrowser)("a form sends once", { timeout: 60_000 }, () => {
  const dashboard = standDashboard({ mayComplain: true });
  const countOf = async () => {
    const answer = await fetch(`${dashboard.application.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ dispatches { nodes { id } } }" }),
    });
    return ((await answer.json()) as Listed).data.dispatches.nodes.length;
  };
  const typePower = async (page: Page) => {
    const field = page.getByRole("textbox", { name: "Power" });
    await field.fill("1");
    await page
      .locator(".outcome")
      .getByText(/ould be accepted/i)
      .first()
      .waitFor();
    return field;
  };
  const hold = async (page: Page) => {
    for (let n = 0; n < 27; n++) await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
  };

  test("while Enter is held", async () => {
    const page = await dashboard.open(`#/asset/${ASSET}`);
    await (await typePower(page)).focus();
    await hold(page);
    await page
      .getByText(/^Accepted/)
      .first()
      .waitFor();
    await hold(page);
    await expect.poll(countOf).toBe(2);
  });

  test("until its answer is there, and keeps the focus", async () => {
    const page = await dashboard.open(`#/asset/${ASSET}`);
    await typePower(page);
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route("**/graphql", async (route) => {
      if (isDispatch(route.request().postData())) await held;
      await route.continue();
    });
    const busy = page.locator(".dispatch-form button[type=submit]");
    await busy.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => busy.getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await busy.evaluate((it) => it.matches(":focus"))).toBe(true);
    go();
    await page
      .getByText(/^Accepted/)
      .first()
      .waitFor();
    expect(await busy.evaluate((it) => it.matches(":focus"))).toBe(true);
    expect(await countOf()).toBe(1);
  });

  test.each([
    ["an asset", `#/asset/${ASSET}`],
    ["several", `#/?new=dispatch&assets=${ASSET}`],
  ])("to %s where the answer was lost and it is sent again", async (_name, address) => {
    const page = await dashboard.open(address);
    await typePower(page);
    let lost = 0;
    await page.route("**/graphql", async (route) => {
      if (!isDispatch(route.request().postData()) || lost > 0) return route.continue();
      lost++;
      await route.fetch();
      await route.abort();
    });
    const send = page.locator(".dispatch-form button[type=submit]").last();
    await send.click();
    await expect.poll(() => lost).toBe(1);
    await expect.poll(() => send.getAttribute("aria-disabled")).toBe("false");
    expect(await countOf()).toBe(1);
    await send.click();
    await page
      .getByText(/Accepted/)
      .first()
      .waitFor();
    expect(await countOf()).toBe(1);
  });
});

interface Listed {
  readonly data: { readonly dispatches: { readonly nodes: readonly unknown[] } };
}

const isDispatch = (body: string | null) => /mutation Dispatch/.test(body ?? "");
