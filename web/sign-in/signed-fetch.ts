// Requests that carry the credential of the page, and prompt a person where the server requires one.
import type { Access } from "./access.ts";

/** Sends a request as `fetch` does, with the credential of the page where the request names none of its own. */
export async function signedFetch(
  access: Pick<Access, "authorization" | "renew">,
  url: string,
  request: RequestInit = {},
): Promise<Response> {
  for (;;) {
    const headers = new Headers(request.headers);
    if (headers.has("authorization")) return fetch(url, request);
    const authorization = await access.authorization();
    if (authorization !== undefined) headers.set("authorization", authorization);
    const answer = await fetch(url, { ...request, headers });
    // Nothing was done, so that it can be sent again.
    if (answer.status !== 401 || !(await access.renew(authorization))) return answer;
  }
}
