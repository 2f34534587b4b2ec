// Who is signed in, for the pages that have no other use of the API.
import type { Access } from "./access.ts";
import type { Viewer } from "./viewer.ts";

const QUERY = "{ viewer { id name roles { role siteIds assetIds pathPrefixes } expiresAt } }";

/** Undefined where the server does not say it. @param url The address of GraphQL. */
export async function readViewer(url: string, access: Access): Promise<Viewer | undefined> {
  const authorization = await access.authorization();
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
    body: JSON.stringify({ query: QUERY }),
  }).catch(() => undefined);
  const body = (await answer?.json().catch(() => undefined)) as
    | { readonly data?: { readonly viewer?: Viewer } | null }
    | undefined;
  return body?.data?.viewer;
}
