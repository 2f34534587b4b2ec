// The examples of the OpenAPI document, each sent as it stands.
import { describe, expect, test } from "vitest";
import { DT_MS, startApplication } from "../../support/application-under-test.ts";
import type { Json } from "../../support/json.ts";

const METHODS = ["get", "post", "put", "patch", "delete"];

interface Sent {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: string;
  /** Whether it needs the version that it is based on, which is read before. */
  readonly needsVersion: boolean;
}

/** Every body of the document with its example, and the example of the id in its path. */
function bodiesOf({ paths }: Json): Sent[] {
  const operations = Object.entries(paths as Json).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = (methods as Json)[method];
      return operation?.requestBody === undefined ? [] : [{ path, method, operation }];
    }),
  );
  return operations.flatMap(({ path, method, operation }) =>
    Object.entries(operation.requestBody.content as Json).flatMap(([type, media]) => {
      const { schema, example = schema.example } = media as Json;
      const [id] = (operation.parameters ?? []).filter((it: Json) => it.in === "path");
      // Bytes have no example.
      if (type.includes("arrow")) return [];
      return {
        ...{ name: `${method} ${path} ${type}`, method: method.toUpperCase(), type },
        path: path.replace("{id}", id?.example ?? id?.schema.example),
        body: typeof example === "string" ? example : JSON.stringify(example),
        needsVersion: (operation.parameters ?? []).some((it: Json) => it.name === "if-match"),
      };
    }),
  );
}

const examplesOf = async (url: string) =>
  bodiesOf((await (await fetch(`${url}/openapi.json`)).json()) as Json);

/** Bodies that make a token, after which every request needs one, apart from the others. */
function tokensLast(bodies: readonly Sent[]): readonly [others: Sent[], tokens: Sent[]] {
  const isToken = ({ path }: Sent) => path === "/tokens";
  return [bodies.filter((it) => !isToken(it)), bodies.filter(isToken)];
}

/** Sends bodies to a server. @returns What was not accepted. */
async function refusedBy(url: string, bodies: readonly Sent[]): Promise<string[]> {
  const refused: string[] = [];
  for (const { name, method, path, type, body, needsVersion } of bodies) {
    const read = needsVersion ? await fetch(url + path.replace(/\/rollback$/, "")) : undefined;
    const etag = read?.headers.get("etag") ?? undefined;
    const headers = { "content-type": type, ...(etag && { "if-match": etag }) };
    const answer = await fetch(url + path, { method, headers, body });
    const text = await answer.text();
    if (!answer.ok || /"accepted":false/.test(text)) refused.push(`${name}: ${body}: ${text}`);
  }
  return refused;
}

/** What is changed must be registered before, data points described before values are written, and a setting changed before it is rolled back. */
function precedes(name: string, next: string): boolean {
  if (next.startsWith("post /settings")) return name.startsWith("put /settings");
  if (next.startsWith("patch")) return /^post \/(assets|sites) /.test(name);
  return /^post \/(save|withdraw)_data/.test(next) && name.startsWith("post /describe_data");
}

const FLEETS: [string, Record<string, string>][] = [
  ["the shipped fleet", {}],
  ["the default fleet", { ASSETS_FILE: "missing.yaml" }],
];

describe.each(FLEETS)("%s", (_, fleet) => {
  test("accepts the example of every body as it stands, whenever", async () => {
    for (const startMs of [Date.UTC(2026, 10, 20, 12), Date.UTC(2027, 2, 3, 23, 59, 56)]) {
      const { url, clock, stop } = await startApplication(fleet, { startMs });
      clock.advance(DT_MS);
      const bodies = await examplesOf(url);
      expect(bodies).toHaveLength(22);
      const [others, tokens] = tokensLast(bodies);
      expect(await refusedBy(url, others)).toEqual([]);
      // Ids that are used by now are not the examples of new ones any more.
      clock.advance(DT_MS);
      expect(await refusedBy(url, tokensLast(await examplesOf(url))[0])).toEqual([]);
      expect(await refusedBy(url, tokens)).toEqual([]);
      await stop();
    }
  });

  test("accepts each of them while its demo runs", async () => {
    for (let n = 0; n < 22; n++) {
      const { url, clock, stop } = await startApplication({ ...fleet, DEMO: "1" });
      clock.advance(DT_MS);
      const status = async () =>
        (await (await fetch(`${url}/dispatches?status=active`)).json()) as Json;
      await expect.poll(async () => (await status()).dispatches.length).toBeGreaterThan(2);
      const bodies = await examplesOf(url);
      const before = bodies.filter(({ name }) => precedes(name, bodies[n]?.name ?? ""));
      expect(await refusedBy(url, [...before, ...bodies.slice(n, n + 1)])).toEqual([]);
      await stop();
    }
  });
});

test("each operation is in a group that is described, and has a name of its own", async () => {
  const { url, stop } = await startApplication();
  const { paths, tags } = (await (await fetch(`${url}/openapi.json`)).json()) as Json;
  const operations = Object.values(paths as Json).flatMap((it) => Object.values(it as Json));
  const names = operations.map((it) => (it as Json).operationId);
  expect(new Set(names).size).toBe(operations.length);
  const groups = tags.map(({ name }: Json) => name);
  expect(groups[0]).toBe("Dispatches");
  for (const it of operations) expect(groups).toContain((it as Json).tags[0]);
  expect(new Set(operations.map((it) => (it as Json).tags[0])).size).toBe(groups.length);
  await stop();
});
