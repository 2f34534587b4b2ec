// GraphQL requests over HTTP that are invalid whatever their operation, with events as the answer and without.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import {
  openLine,
  outcomeOfEvents,
  outcomeOfHttp,
  overHttp,
  overWebSocket,
} from "../../support/transports.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const MUTATION = `mutation { dispatch(input: { assetId: "${ASSET}", mw: 1 }) { __typename } }`;
const FLEET = "{ fleet { totals { assetCount } } }";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

describe("a GET is for queries only", () => {
  const get = (query: string, accept: string) =>
    fetch(`${application.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept } });

  test("a mutation is refused, as it is over WebSocket, and changes nothing", async () => {
    const announced = await overWebSocket(application.url, { query: MUTATION });
    expect(announced).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
    expect(await outcomeOfEvents(await get(MUTATION, "text/event-stream"))).toEqual(announced);
    const plain = await get(MUTATION, "application/json");
    expect(plain.status).toBe(405);
    expect(await plain.json()).toMatchObject({
      errors: [{ message: announced.message, extensions: { code: announced.code } }],
    });
    const query = "{ dispatches { nodes { id } } }";
    expect((await overHttp(application.url, { query })).data).toEqual({
      dispatches: { nodes: [] },
    });
  });

  test("but for a subscription, which is served as events and refused otherwise", async () => {
    const query = "subscription { fleet { assetCount } }";
    const answer = await get(query, "application/json");
    expect(answer.status).toBe(405);
    expect(await answer.text()).toContain('"code":"METHOD_NOT_ALLOWED"');
    expect(await outcomeOfEvents(await get(query, "text/event-stream"))).toEqual({
      data: { fleet: { assetCount: 7 } },
    });
  });

  test("a query is answered, with errors of its variables", async () => {
    const data = { fleet: { totals: { assetCount: 7 } } };
    expect(await (await get(FLEET, "application/json")).json()).toEqual({ data });
    expect(await outcomeOfEvents(await get(FLEET, "text/event-stream"))).toEqual({ data });
    for (const accept of ["text/event-stream", "application/json"]) {
      const headers = { accept };
      const answer = await fetch(`${application.url}/graphql?query={__typename}&variables=x`, {
        headers,
      });
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining("BAD_JSON"),
      ]);
    }
  });
});

describe("what is not one operation is refused alike, with events and without", () => {
  const send = async (accept: string, body: string, { url } = application) => {
    const headers = { "content-type": "application/json", accept };
    const answer = await fetch(`${url}/graphql`, { method: "POST", headers, body });
    const announced = accept === "text/event-stream" ? outcomeOfEvents : outcomeOfHttp;
    return { status: answer.status, ...(await announced(answer)) };
  };
  test.each([
    ["BAD_JSON", 400, "{"],
    ["BAD_JSON", 400, ""],
    ["BATCH_REFUSED", 400, "[]"],
    ["BATCH_REFUSED", 400, `[${JSON.stringify({ query: FLEET })}]`],
    ["BAD_INPUT", 400, "{}"],
    ["BAD_INPUT", 400, "null"],
    ["BAD_INPUT", 400, '"x"'],
    ["BAD_INPUT", 400, '{"query":1}'],
    ["BAD_INPUT", 400, '{"query":"{__typename}","variables":[]}'],
    ["BAD_INPUT", 400, '{"query":"{__typename}","operationName":1}'],
    ["BAD_INPUT", 400, '{"query":"{__typename}","colour":1}'],
    ["BODY_TOO_LARGE", 413, JSON.stringify({ query: `{__typename}${" ".repeat(600_000)}` })],
  ])("%s (%d) for %.40s", async (code, status, body) => {
    const announced = await send("application/json", body);
    expect(announced).toMatchObject({ code, status });
    expect(await send("text/event-stream", body)).toEqual(announced);
  });

  test("in the size of the settings, and as a whole message over WebSocket", async () => {
    const strict = await startApplication({ MAX_MESSAGE_KB: "1" });
    const body = JSON.stringify({ query: `{__typename}${" ".repeat(1100)}` });
    for (const accept of ["application/json", "text/event-stream"])
      expect(await send(accept, body, strict)).toMatchObject({
        code: "BODY_TOO_LARGE",
        status: 413,
      });
    const line = await openLine(strict.url);
    line.socket.send(body);
    expect(await line.closed).toBe(1009);
    await strict.stop();
  });

  test.each(["[]", '"x"', "1", "null", '[{"query":"{__typename}"}]', '{"query":1}', "{}"])(
    "as in the protocol of WebSockets: 4400 for the payload %s",
    async (payload) => {
      const line = await openLine(application.url);
      line.send({ type: "connection_init" });
      await line.next();
      line.socket.send(`{"id":"1","type":"subscribe","payload":${payload}}`);
      expect(await line.closed).toBe(4400);
    },
  );
});

test("and nothing of all this was a fault of ours", () => {
  expect(application.errors).toEqual([]);
});
