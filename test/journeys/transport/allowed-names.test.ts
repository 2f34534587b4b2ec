// Origins and hosts that settings allow, in all forms in which they are written.
import { request } from "node:http";
import { expect, test } from "vitest";
import { startApplication } from "../../support/application-under-test.ts";

const statusOf = (port: string, host: string) =>
  new Promise((resolve) =>
    request({ port, path: "/assets", headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end(),
  );

test("an origin with a slash at the end and a host with scheme and port are those that requests name", async () => {
  const application = await startApplication({
    CORS_ORIGIN: "https://App.example/\r",
    ALLOWED_HOSTS: "https://Mando.Example:8443/, other.example.",
  });
  const { headers } = await fetch(`${application.url}/assets`, {
    headers: { origin: "https://app.example" },
  });
  expect(headers.get("access-control-allow-origin")).toBe("https://app.example");
  const { port } = new URL(application.url);
  for (const host of ["mando.example", "Mando.example:3001", "other.example", "other.example.:80"])
    expect([host, await statusOf(port, host)]).toEqual([host, 200]);
  expect(await statusOf(port, "evil.example")).toBe(421);
  await application.stop();
});
