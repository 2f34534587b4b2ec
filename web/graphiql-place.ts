// An asset of this fleet, its site and its time, so that the examples of GraphiQL fit the fleet.
import type { Place } from "./examples.ts";

const QUERY = "{ fleet { totals { timestamp } } assets(first: 1) { nodes { id site { id } } } }";

interface Answer {
  readonly data?: null | {
    readonly fleet: { readonly totals: { readonly timestamp: string } };
    readonly assets: {
      readonly nodes: readonly { readonly id: string; readonly site: { readonly id: string } }[];
    };
  };
}

/** @param authorization The header of that name; undefined: none. */
export async function readPlace(url: string, authorization: string | undefined): Promise<Place> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data } = (await answer.json()) as Answer;
  return {
    assetId: data?.assets.nodes[0]?.id ?? "",
    siteId: data?.assets.nodes[0]?.site.id ?? "",
    nowMs: data == null ? Date.now() : Date.parse(data.fleet.totals.timestamp),
  };
}
