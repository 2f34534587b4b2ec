// What brings an alarm about over REST: a promise that can no longer be kept.
import { expect } from "vitest";
import { DT_MS, START_MS } from "./application-under-test.ts";

const JSON_TYPE = { "content-type": "application/json" };
export const LIMITED_ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";

/** The start of a tick, in ms since the epoch. */
const atMs = (tick: number) => START_MS + tick * DT_MS;

/**
 * Promises all energy of an asset and that of a charge, and cancels the charge: an alarm of the promise is raised.
 *
 * @returns The id of the promise.
 */
export async function riskPromise(url: string, tick = 0): Promise<string> {
  const send = async (method: string, path: string, body?: object) => {
    const init = { method, headers: JSON_TYPE, ...(body && { body: JSON.stringify(body) }) };
    const answer = await fetch(url + path, init);
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()) as { id: string };
  };
  const of = { asset_id: LIMITED_ASSET };
  const charge = { ...of, mw: -30, duration_s: 1200, start_at: atMs(tick + 10) };
  const promise = { ...of, mw: 30, duration_s: 2600, start_at: atMs(tick + 400) };
  const { id: chargeId } = await send("POST", "/dispatch", charge);
  const { id } = await send("POST", "/dispatch", promise);
  await send("DELETE", `/dispatch/${chargeId}`);
  return id;
}
