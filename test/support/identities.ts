// Named tokens of a running application: one for each role, or for a part of the fleet.
import type { Role } from "../../src/domain/identity/role.ts";
import type { ApplicationUnderTest } from "./application-under-test.ts";
import type { Json } from "./json.ts";

export const ADMIN_TOKEN = "the token of the admin";

interface Part {
  readonly site_ids?: readonly string[];
  readonly asset_ids?: readonly string[];
  readonly path_prefixes?: readonly string[];
}

/** Makes a named token, in an application whose API_TOKEN is `ADMIN_TOKEN`. */
export async function makeToken(
  { url }: Pick<ApplicationUnderTest, "url">,
  name: string,
  role: Role,
  part: Part = {},
): Promise<string> {
  const made = await fetch(`${url}/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ name, role, ...part }),
  });
  if (made.status !== 201) throw new Error(`${made.status} ${await made.text()}`);
  return ((await made.json()) as { token: string }).token;
}

/** A client with this token, over REST and GraphQL. */
export function clientWith({ url }: Pick<ApplicationUnderTest, "url">, token: string | undefined) {
  const signed = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function send(method: string, path: string, body?: unknown, headers: object = {}) {
    const json = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(url + path, {
      method,
      headers: { ...json, ...signed, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson && text !== "" ? (JSON.parse(text) as Json) : null,
    };
  }

  return {
    send,
    get: async (path: string): Promise<Json> => (await send("GET", path)).body,
    graph: async (query: string, variables: object = {}) =>
      (await send("POST", "/graphql", { query, variables })).body as {
        readonly data: Json;
        readonly errors?: readonly {
          readonly message: string;
          readonly extensions: { readonly code: string };
        }[];
      },
  };
}
