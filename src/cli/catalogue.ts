// The catalogue of a server that runs.
import { request } from "./server-requests.ts";

/** An entry of the catalogue, as the server sends it. */
export interface CatalogueEntry {
  readonly id: string;
  readonly type: "time_series_double" | "time_series_double_matrix" | "static_data";
  readonly unit: string | null;
  readonly resolution: string | null;
  readonly time_zone: string;
  readonly description: string | null;
}

/** All entries at and below a prefix, in the order of their paths. */
export async function catalogueOf(
  server: string,
  prefix: string | undefined,
): Promise<readonly CatalogueEntry[]> {
  const query = new URLSearchParams({ format: "ndjson" });
  if (prefix !== undefined) query.set("prefix", prefix);
  const text = await request(server, `data_points?${query}`, (answer) => answer.text());
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as CatalogueEntry);
}
