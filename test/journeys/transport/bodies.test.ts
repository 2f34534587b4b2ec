// The forms of a body: UTF-8 as it is, and every other one refused by its name.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";

const ASSET = "8f2b6c10-3d7e-4b9a-8c21-6a5e4d3c2b01";
const DISPATCH = `{"asset_id":"${ASSET}","mw":1}`;
const CSV = "from,until,mw\n2026-11-20T13:00:00Z,2026-11-20T13:15:00Z,-2\n";
const JSON_TYPE = "application/json";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication();
});
afterAll(() => application.stop());

/** Every way in which a body is read. */
const WAYS = [
  ["the direct route", "POST", "/dispatch", JSON_TYPE, DISPATCH],
  ["a route", "POST", "/dispatch/preview", JSON_TYPE, DISPATCH],
  ["a route with lists", "POST", "/dispatches", JSON_TYPE, `{"dispatches":[${DISPATCH}]}`],
  ["GraphQL", "POST", "/graphql", JSON_TYPE, '{"query":"{__typename}"}'],
  ["a schedule as CSV", "PUT", `/assets/${ASSET}/schedule`, "text/csv", CSV],
] as const;

describe.each(WAYS)("of %s", (_, method, path, type, body) => {
  async function send(bytes: string | Buffer, headers: Record<string, string> = {}) {
    const init = { method, headers: { "content-type": type, ...headers } };
    const answer = await fetch(application.url + path, {
      ...init,
      body: new Uint8Array(Buffer.from(bytes)),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  test("a compressed one is refused by the name of the encoding", async () => {
    for (const encoding of ["gzip", "br", "identity, gzip"]) {
      const { status, text } = await send(gzipSync(body), { "content-encoding": encoding });
      expect(status).toBe(415);
      expect(text).toContain("MEDIA_TYPE_UNSUPPORTED");
      expect(text).toContain(`content-encoding ${encoding} is not accepted`);
    }
    expect((await send(body, { "content-encoding": "Identity" })).status).toBeLessThan(300);
  });

  test("parameters that cannot be read are refused, or of no meaning", async () => {
    for (const parameters of [";;;", "; charset", "; =x", ";"]) {
      const { status, text } = await send(body, { "content-type": type + parameters });
      if (status >= 300) expect(text).toContain("MEDIA_TYPE_UNSUPPORTED");
    }
  });

  test("another charset is refused by its name", async () => {
    for (const charset of ["utf-16", '"UTF-16LE"', "iso-8859-1"]) {
      const { status, text } = await send(body, { "content-type": `${type}; charset=${charset}` });
      expect(status).toBe(415);
      expect(text).toContain(
        `charset ${charset.replaceAll('"', "").toLowerCase()} is not accepted`,
      );
    }
    for (const charset of ["utf-8", 'UTF-8; x="y"', '"utf8"', "us-ascii"])
      expect(
        (await send(body, { "content-type": `${type}; charset=${charset}` })).status,
      ).toBeLessThan(300);
  });

  test("a byte order mark before it is skipped", async () => {
    expect((await send(`\ufeff${body}`)).status).toBeLessThan(300);
  });

  test("bytes that are no UTF-8 are refused as that", async () => {
    for (const bytes of [
      Buffer.from(`\ufeff${body}`, "utf16le"),
      Buffer.from([0x22, 0xe4, 0x22]),
    ]) {
      const { status, text } = await send(bytes);
      expect(status).toBe(400);
      expect(text).toContain("the body is not UTF-8");
    }
  });
});

test("the refusal of an encoding names the accepted one", async () => {
  const headers = { "content-type": JSON_TYPE, "content-encoding": "gzip" };
  for (const path of ["/dispatch", "/dispatch/preview", "/graphql"]) {
    const answer = await fetch(application.url + path, { method: "POST", headers, body: DISPATCH });
    expect(answer.headers.get("accept-encoding")).toBe("identity");
  }
});

test("and nothing of all this is in the log", () => {
  expect(application.errors).toEqual([]);
});
