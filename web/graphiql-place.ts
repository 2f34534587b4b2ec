// An asset of this fleet, its site and its time, so that the examples of GraphiQL fit the fleet.
import type { Place } from "./examples.ts";
import type { Access } from "./sign-in/access.ts";
import { signedFetch } from "./sign-in/signed-fetch.ts";

const QUERY = "{ fleet { totals { timestamp } } assets(first: 1) { nodes { id site { id } } } }";

interface Answer {
  readonly data?: null | {
    readonly fleet: { readonly totals: { readonly timestamp: string } };
    readonly assets: {
      readonly nodes: readonly { readonly id: string; readonly site: { readonly id: string } }[];
    };
  };
}

/** Waits for a sign-in, where the server requires one to read it. */
export async function readPlace(url: string, access: Access): Promise<Place> {
  const answer = await signedFetch(access, url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERY }),
  });
  const { data } = (await answer.json()) as Answer;
  return {
    assetId: data?.assets.nodes[0]?.id ?? "",
    siteId: data?.assets.nodes[0]?.site.id ?? "",
    nowMs: data == null ? Date.now() : Date.parse(data.fleet.totals.timestamp),
  };
}
