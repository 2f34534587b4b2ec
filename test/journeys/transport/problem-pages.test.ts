// Problems as pages, for people who come with a browser.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";
import { sendRaw, statusOf } from "../../support/raw-connection.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

let application: ApplicationUnderTest;
beforeAll(async () => {
  application = await startApplication({ API_TOKEN: "a secret token" });
});
afterAll(() => application.stop());

const get = (path: string, accept: string) =>
  fetch(application.url + path, { headers: { accept } });

test("an address that does not exist is a page in a browser, with a way back", async () => {
  const answer = await get("/no/such/page?x=1", BROWSER);
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("vary")).toBe("Origin, Accept");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await answer.text();
  expect(text).toContain("There is no /no/such/page");
  expect([...text.matchAll(/<a href="(.*?)"/g)].map(([, href]) => href)).toEqual([
    "../../",
    "../../graphql",
    "../../docs",
  ]);
});

test.each([
  ["*/*", 404],
  ["application/json", 404],
  ["application/json, text/plain, */*", 404],
  ["application/problem+json, text/html", 404],
])("a program that accepts %s gets the problem", async (accept, status) => {
  const answer = await get("/nothing", accept);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("vary")).toMatch(/\bAccept$/);
  expect(((await answer.json()) as Json).code).toBe("ROUTE_UNKNOWN");
});

test("a refusal of a route is a page too, and a change stays a problem", async () => {
  const unknown = await get("/assets/00000000-0000-4000-8000-000000000000", BROWSER);
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toContain("404 ASSET_UNKNOWN");
  const unsigned = await fetch(`${application.url}/demo`, {
    method: "DELETE",
    headers: { accept: BROWSER },
  });
  expect(unsigned.status).toBe(401);
  expect(unsigned.headers.get("content-type")).toBe("application/problem+json");
});

test("what the client wrote is text in the page", async () => {
  const answer = await get("/assets?<script>alert(1)</script>", BROWSER);
  expect(answer.status).toBe(400);
  expect(await answer.text()).not.toContain("<script>alert");
  const unknown = await get("/%3Cscript%3Ealert(1)", BROWSER);
  expect(await unknown.text()).not.toContain("<script");
});

test("a host name that is not of this server is a page", async () => {
  const text = await sendRaw(
    application.url,
    `GET / HTTP/1.1\r\nhost: evil.example\r\naccept: ${BROWSER}\r\nconnection: close\r\n\r\n`,
  );
  expect(statusOf(text)).toBe(421);
  expect(text).toContain("<h1>");
});
