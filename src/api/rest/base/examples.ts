// Examples of the OpenAPI document: they work as they stand, with the assets that run and with instants to come.
import type { FleetTable } from "../../../domain/fleet/fleet-table.ts";

/** What stands in the examples. Where the document is sent, what is true then takes their place. */
export const EXAMPLE = {
  /** An asset that runs, and its site. */
  assetId: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01",
  siteId: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01",
  /** Ids that were never used. */
  newAssetId: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b08",
  newSiteId: "5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c04",
  /** An id as that of a dispatch, of an alarm, of a role rule, and of a record of the audit log. */
  dispatchId: "f5e62eea-dea5-42f0-8673-f52de8cf4760",
  alarmId: "0b6f2a0e-5c1d-4f3b-9a57-2d8e4c6b1f01",
  ruleId: "3c1d9f52-7b8e-4d06-a1c4-95e2f8b07d01",
  auditId: "3c9e7b14-8a2f-4d60-b5c3-71e0d9f4a201",
  /** The next full hours. */
  hours: ["2026-11-20T13:00:00.000Z", "2026-11-20T14:00:00.000Z", "2026-11-20T15:00:00.000Z"],
} as const;

const HOUR_MS = 3_600_000;

/** The document as text, with examples that are true now. @param nowMs In ms since the epoch, UTC. */
export function withExamples(document: string, table: FleetTable, nowMs: number): string {
  const [asset] = table.assets;
  const nextHour = Math.floor(nowMs / HOUR_MS) + 1;
  const values = [
    [EXAMPLE.newAssetId, unused(EXAMPLE.newAssetId, (id) => table.findAsset(id) === undefined)],
    [EXAMPLE.newSiteId, unused(EXAMPLE.newSiteId, (id) => table.findSite(id) === undefined)],
    [EXAMPLE.assetId, asset?.id ?? EXAMPLE.assetId],
    [EXAMPLE.siteId, asset?.siteId ?? EXAMPLE.siteId],
    ...EXAMPLE.hours.map((text, n) => [text, new Date((nextHour + n) * HOUR_MS).toISOString()]),
  ] as const;
  return values.reduce((text, [from, to]) => text.replaceAll(from, to), document);
}

/** This id, or the first one after it that is free. */
function unused(id: string, isFree: (id: string) => boolean): string {
  const place = id.length - 4;
  const first = Number.parseInt(id.slice(place), 16);
  for (let number = first; ; number++) {
    const found = `${id.slice(0, place)}${(number % 0x1_0000).toString(16).padStart(4, "0")}`;
    if (isFree(found) || number - first === 0xffff) return found;
  }
}
