// A dispatch with a stated length of its body, and one whose length is unknown when it begins: both are answered alike.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const TOKEN = "at least sixteen characters";
const JSON_TYPE = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication({ API_TOKEN: TOKEN, CORS_ORIGIN: "https://ours.example" });
});
afterAll(() => application.stop());

type Headers = Readonly<Record<string, string>>;

const send = (body: string | ReadableStream, headers: Headers, path = "/dispatch") =>
  fetch(application.url + path, { method: "POST", headers, body, duplex: "half" } as RequestInit);

/** What a client sees, but for what is new each time. */
async function seen(response: Response): Promise<object> {
  const { id: _, ...body } = (await response.json()) as Json;
  const headers = Object.fromEntries(response.headers);
  for (const name of ["date", "content-length", "transfer-encoding"]) delete headers[name];
  return { status: response.status, headers, body };
}

const requested = { asset_id: ASSET, mw: 5 };
const bodies: [string, string, Headers?][] = [
  ["the request", JSON.stringify(requested)],
  ["a dispatch for a while", JSON.stringify({ ...requested, duration_s: 60, valid_for_s: 30 })],
  ["nothing", ""],
  ["no JSON", '{"mw": 5'],
  ["null", "null"],
  ["fields at fault", JSON.stringify({ mw: "5", colour: "red" })],
  ["no UUID", JSON.stringify({ asset_id: "BESS-1", mw: 5 })],
  ["an asset that is not there", JSON.stringify({ asset_id: UNKNOWN_ID, mw: 5 })],
  ["too much power", JSON.stringify({ ...requested, mw: 80 })],
  ["two names", JSON.stringify({ ...requested, request_id: "a" }), { "idempotency-key": "b" }],
  ["a name that none may have", JSON.stringify(requested), { "idempotency-key": "x".repeat(201) }],
  ["too much", JSON.stringify({ ...requested, x: "x".repeat(600_000) })],
  ["a page of an allowed origin", JSON.stringify(requested), { origin: "https://ours.example" }],
  ["a page of another", JSON.stringify(requested), { origin: "https://others.example" }],
  ["no token", JSON.stringify(requested), { authorization: "" }],
  ["text", JSON.stringify(requested), { "content-type": "text/plain" }],
];

describe("two dispatches, of which one does not state the length of its body", () => {
  test.each(bodies)("are answered alike: %s", async (_, body, headers = {}) => {
    const all = { ...JSON_TYPE, ...headers };
    const short = await seen(await send(body, all));
    expect(await seen(await send(new Blob([body]).stream(), all))).toEqual(short);
  });

  test("are one where they have the same name", async () => {
    const headers = { ...JSON_TYPE, "idempotency-key": "one of two" };
    const first = await (await send(JSON.stringify(requested), headers)).json();
    const again = await send(new Blob([JSON.stringify(requested)]).stream(), headers);
    expect(await again.json()).toEqual(first);
    const other = await send(JSON.stringify({ ...requested, mw: 6 }), headers);
    expect(other.status).toBe(409);
  });

  test("are counted as the same route, and nothing else is", async () => {
    const count = async () => {
      const text = await (await fetch(`${application.url}/metrics`)).text();
      const name = 'mando_http_request_duration_seconds_count{method="POST",route="/dispatch"';
      return Number(text.split(`${name},status="202"} `)[1]?.split("\n")[0]);
    };
    const before = await count();
    await send(JSON.stringify(requested), JSON_TYPE);
    await send(new Blob([JSON.stringify(requested)]).stream(), JSON_TYPE);
    await send(JSON.stringify(requested), JSON_TYPE, "/dispatch/preview");
    expect((await count()) - before).toBe(2);
  });
});

test("a client that leaves in the middle of a dispatch leaves nothing behind", async () => {
  const { hostname, port } = new URL(application.url);
  const socket = connect(Number(port), hostname);
  const head = `POST /dispatch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 500\r\n\r\n{"asset_id": `;
  await new Promise<void>((resolve) => socket.write(head, () => resolve()));
  socket.destroy();
  await new Promise((resolve) => socket.once("close", resolve));
  expect((await send(JSON.stringify(requested), JSON_TYPE)).status).toBe(202);
  expect(application.errors).toEqual([]);
});
