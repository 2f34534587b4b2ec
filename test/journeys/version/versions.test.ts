// Versions over REST and GraphQL, in memory.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Component } from "../../../src/domain/version/component.ts";
import { readMigrations } from "../../../src/store/database/apply-migrations.ts";
import {
  type ApplicationUnderTest,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";

const { dependencies } = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
);
type Listed = Omit<Component, "isCurrent"> & { readonly is_current: boolean };

async function read({ url }: ApplicationUnderTest, query = ""): Promise<readonly Listed[]> {
  const answer = await fetch(`${url}/versions${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as readonly Listed[];
}

const newestTag = async () => (await readMigrations()).at(-1)?.tag;

describe("in memory", () => {
  let application: ApplicationUnderTest;
  beforeAll(async () => {
    application = await startApplication();
  });
  afterAll(() => application.stop());

  test("all that ships is listed, with its licence; no database is", async () => {
    const listed = await read(application);
    const own = { license: "MIT", is_current: true };
    const others = listed.filter(({ kind }) => kind !== "package");
    expect(others).toEqual([
      { ...own, kind: "product", name: "Mando", version: "0.0.0" },
      // Tests run the sources.
      { ...own, kind: "build", name: "commit", version: "unknown" },
      { ...own, kind: "build", name: "instant", version: "unknown" },
      {
        kind: "runtime",
        name: "Node",
        version: process.versions.node,
        license: null,
        is_current: true,
      },
      { ...own, kind: "schema", name: "migration", version: await newestTag(), is_current: false },
      { ...own, kind: "model", name: "linear", version: "1" },
    ]);
    const packages = listed.slice(others.length);
    expect(packages.map(({ kind }) => kind)).toEqual(packages.map(() => "package"));
    // Of the program, of its pages, in one file of another, and beside all.
    const some = [
      "zod",
      "graphql",
      "uplot",
      "react",
      "@graphql-yoga/render-graphiql",
      "postgres",
      "highs",
    ];
    for (const name of some)
      expect(packages).toContainEqual({
        ...{ name, version: expect.stringMatching(/^\d+\.\d+\.\d+/), kind: "package" },
        ...{ license: expect.stringMatching(/^[\w.-]+$/), is_current: true },
      });
    const zod = packages.find(({ name }) => name === "zod");
    expect(zod?.version).toBe(dependencies.zod);
  });

  test("nothing internal is listed: no path, no host, no address of a database", async () => {
    const text = JSON.stringify(await read(application));
    expect(text).not.toMatch(/postgres:|localhost|127\.0\.0\.1|file:|node_modules|\\\\/);
    const values = (await read(application)).flatMap(({ name, version }) => [name, version]);
    expect(values.filter((it) => /^[/~.]|\/.*\//.test(it))).toEqual([]);
  });

  test("one kind is listed alone; another word is refused", async () => {
    expect((await read(application, "?kind=model")).map(({ name }) => name)).toEqual(["linear"]);
    expect(await read(application, "?kind=database")).toEqual([]);
    for (const query of ["?kind=engine", "?kind=", "?sort=name", "?kind=model&kind=build"]) {
      const answer = await fetch(`${application.url}/versions${query}`);
      expect([query, answer.status]).toEqual([query, 400]);
      expect(await answer.json()).toMatchObject({ code: "BAD_INPUT" });
    }
  });

  test("GraphQL has the same as REST", async () => {
    const { graph } = clientWith(application, undefined);
    const { data } = await graph("{ versions { name version kind license isCurrent } }");
    const listed = (data?.versions ?? []) as Component[];
    const asSent = listed.map(({ isCurrent, ...rest }) => ({ ...rest, is_current: isCurrent }));
    expect(asSent).toEqual(await read(application));
  });
});

test("a viewer of one site reads all versions; a client without a sign-in reads none", async () => {
  const application = await startApplication({ API_TOKEN: ADMIN_TOKEN, ANONYMOUS_ROLE: "none" });
  const part = { site_ids: ["5d0c7a52-6a3e-4c0b-9d54-0f6b1f2a7c01"] };
  const token = await makeToken(application, "viewer", "viewer", part);
  const [viewer, admin, anonymous] = [token, ADMIN_TOKEN, undefined].map((it) =>
    clientWith(application, it).send("GET", "/versions"),
  );
  expect((await viewer)?.body).toEqual((await admin)?.body);
  expect((await viewer)?.status).toBe(200);
  expect((await anonymous)?.status).toBe(401);
  await application.stop();
});
