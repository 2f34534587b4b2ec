// Requests to change the fleet of a composed application, and the tick that applies them.
import { expect, vi } from "vitest";
import { type ApplicationUnderTest, DT_MS } from "./application-under-test.ts";

/** A site and an asset of the file of applications under test. */
export const FILE_SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
export const FILE_ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

/** Ids that come after all of the file. */
export const newAssetId = (n: number) => `f0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const newSiteId = (n: number) => `e0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** An asset as GraphQL takes it, with what differs; its data path is by the id where it is given. */
export const assetInput = ({ id, ...difference }: Readonly<Record<string, unknown>> = {}) => ({
  siteId: FILE_SITE,
  name: "BESS-NEW",
  ...(id !== undefined && { id, dataPath: `Asset/${id}` }),
  capacityMwhr: 20,
  maxMw: 10,
  minMw: -10,
  rampRateMwPerMin: 600,
  efficiency: 0.9,
  ...difference,
});

/** The same as REST takes it. */
export const assetBody = ({ id, ...difference }: Readonly<Record<string, unknown>> = {}) => ({
  site_id: FILE_SITE,
  name: "BESS-NEW",
  ...(id !== undefined && { id, data_path: `Asset/${id}` }),
  capacity_mwhr: 20,
  max_mw: 10,
  min_mw: -10,
  ramp_rate_mw_per_min: 600,
  efficiency: 0.9,
  ...difference,
});

/** Sends changes, and runs the tick that applies them, once enough are accepted. */
export async function inForce<T>(
  { url, clock }: ApplicationUnderTest,
  call: () => Promise<T>,
  count = 1,
): Promise<T> {
  const acceptedCount = async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const lines = metrics.matchAll(/^mando_fleet_changes_total\{.*outcome="accepted"\} (\d+)$/gm);
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  };
  const before = await acceptedCount();
  const requested = call();
  const isAccepted = async () => expect(await acceptedCount()).toBe(before + count);
  await vi.waitFor(isAccepted, { interval: 5, timeout: 20_000 });
  clock.advance(DT_MS);
  return requested;
}
