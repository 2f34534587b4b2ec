// The API token as clients send it: the scheme in either case, and a wrong token distinguished from none.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { openLine } from "../../support/transports.ts";

const TOKEN = "a secret-of Mando";
const BODY = '{"asset_id":"8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01","mw":1}';
const MUTATION = JSON.stringify({
  query: 'mutation { dispatchCancel(id: "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01") { __typename } }',
});

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication({ API_TOKEN: TOKEN });
});
afterAll(() => application.stop());

const WAYS = [
  ["the direct route", "/dispatch", BODY],
  ["a route", "/dispatches", `{"dispatches":[${BODY}]}`],
  ["GraphQL", "/graphql", MUTATION],
] as const;

const RIGHT = ["Bearer ", "bearer ", "BEARER ", "bEaReR   "].map((scheme) => scheme + TOKEN);
const MISSING = [undefined, "", "Bearer", "Bearer ", "Basic abc", TOKEN];
const WRONG = ["Bearer nonsense", "bearer a secret-of mando", `Bearer ${TOKEN}x`];

describe.each(WAYS)("for %s", (_, path, body) => {
  async function send(authorization: string | undefined) {
    const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
    const answer = await fetch(application.url + path, { method: "POST", headers, body });
    return { answer, text: await answer.text() };
  }

  test.each(RIGHT)("%s is accepted", async (authorization) => {
    const { answer, text } = await send(authorization);
    expect(answer.status).toBeLessThan(300);
    expect(text).not.toContain("UNAUTHORIZED");
  });

  test.each(MISSING)("%o is no token", async (authorization) => {
    const { answer, text } = await send(authorization);
    expect(answer.status).toBe(401);
    expect(text).toContain("no token came");
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  test.each(WRONG)("%s is a wrong one", async (authorization) => {
    const { answer, text } = await send(authorization);
    expect(answer.status).toBe(401);
    expect(text).toContain("the token is not accepted");
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(text).not.toContain(TOKEN);
  });
});

describe("for a WebSocket", () => {
  async function open(authorization: string) {
    const line = await openLine(application.url);
    const reason = new Promise((resolve) =>
      line.socket.once("close", (_, text) => resolve(String(text))),
    );
    line.send({ type: "connection_init", payload: { authorization } });
    return { line, reason };
  }

  test.each(RIGHT)("%s is accepted", async (authorization) => {
    const { line } = await open(authorization);
    expect(await line.next()).toEqual({ type: "connection_ack" });
    line.socket.close();
  });

  test.each(WRONG)("%s closes it, with the reason", async (authorization) => {
    const { line, reason } = await open(authorization);
    expect(await line.closed).toBe(4403);
    expect(await reason).toBe("the token is not accepted: sign in again, or send another one");
  });
});
