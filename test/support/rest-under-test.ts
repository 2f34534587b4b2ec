// An application with two batteries behind one meter, used over REST.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "./application-under-test.ts";
import type { Json } from "./json.ts";

export const SITE = "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01";
export const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
export const OTHER = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b02";
export const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

const FLEET = `sites:
  - id: ${SITE}
    name: Valkeakoski
    location: Valkeakoski, Finland
    max_export_mw: 50
assets:
${[ASSET, OTHER]
  .map(
    (id, n) => `  - id: ${id}
    site_id: ${SITE}
    name: VALKEAKOSKI-${n + 1}
    capacity_mwhr: 36
    max_mw: 30
    min_mw: -30
    ramp_rate_mw_per_min: 30
    efficiency: 0.92
    fallback_mw: ${n === 0 ? -1 : 0}
`,
  )
  .join("")}`;

export interface RestApplication extends ApplicationUnderTest {
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: Json }>;
  readonly get: (path: string) => Promise<Json>;
  readonly tick: (count: number) => void;
}

async function open(environment: Record<string, string> = {}): Promise<RestApplication> {
  const directory = mkdtempSync(join(tmpdir(), "mando-"));
  const file = join(directory, "assets.yaml");
  writeFileSync(file, FLEET);
  const application = await startApplication({ ASSETS_FILE: file, ...environment });
  rmSync(directory, { recursive: true });
  const call: RestApplication["call"] = async (method, path, body, headers = {}) => {
    const isText = typeof body === "string";
    const answer = await fetch(application.url + path, {
      method,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const get = async (path: string) => (await call("GET", path)).body;
  return { ...application, call, get, tick: (count) => application.clock.advance(count * DT_MS) };
}

/** An application for one test. */
export async function within(
  work: (application: RestApplication) => Promise<void>,
  environment = {},
): Promise<void> {
  const application = await open(environment);
  try {
    await work(application);
    expect(application.errors).toEqual([]);
  } finally {
    await application.stop();
  }
}

/** The start of a tick in REST. */
export const at = (tick: number) => new Date(START_MS + tick * DT_MS).toISOString();
