// The data points of the fleet for each kind of grant: those of visible assets, and those below the prefixes; others are
// as if they were not there.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ApplicationUnderTest,
  DT_MS,
  START_MS,
  startApplication,
} from "../../support/application-under-test.ts";
import { ADMIN_TOKEN, clientWith, makeToken } from "../../support/identities.ts";
import type { Json } from "../../support/json.ts";

type Client = ReturnType<typeof clientWith>;

let application: ApplicationUnderTest;
let clients: Record<string, Client>;
/** What each client sees of the data paths of assets, and whether also of ordinary paths below them. */
let seen: Record<
  string,
  {
    readonly paths: readonly string[];
    readonly isPart?: true;
    /** Of ordinary data points. */
    readonly prefixes?: readonly string[];
  }
>;
let paths: readonly string[];

const TARGET = "Schedule/Target";
const RANGE = `from=${new Date(START_MS).toISOString()}&until=${new Date(START_MS + 3_600_000).toISOString()}`;
const listOf = async (client: Client, query = "") => {
  const found: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const after = next && `&after=${next}`;
    const page: Json = await client.get(`/data_points?limit=100${query}${after}`);
    found.push(...page.data_points.map(({ id }: Json) => id));
    next = page.next;
  }
  return found;
};
const assetsIn = (ids: readonly string[]) =>
  paths.filter((path) => ids.some((id) => id.startsWith(`${path}/`)));

beforeAll(async () => {
  application = await startApplication({ API_TOKEN: ADMIN_TOKEN });
  const admin = clientWith(application, ADMIN_TOKEN);
  const assets: Json[] = await admin.get("/assets");
  const pathsOf = (list: Json[]) => list.map(({ data_path }) => data_path as string).sort();
  paths = pathsOf(assets);
  const [first, second] = assets;
  const other = assets.findLast((it) => it.site_id !== first.site_id);
  const site = assets.filter((it) => it.site_id === first.site_id);
  const grants = {
    site: { site_ids: [first.site_id] },
    asset: { asset_ids: [other.id] },
    both: { site_ids: [first.site_id], asset_ids: [other.id] },
    prefix: { path_prefixes: [second.data_path] },
    point: { path_prefixes: [`${other.data_path}/SoC`] },
    mixed: { asset_ids: [other.id], path_prefixes: [first.data_path, "Market"] },
  };
  seen = {
    admin: { paths, prefixes: ["Asset", "Market"] },
    site: { paths: pathsOf(site) },
    asset: { paths: pathsOf([other]) },
    both: { paths: pathsOf([...site, other]) },
    prefix: { paths: pathsOf([second]), prefixes: [second.data_path] },
    point: { paths: pathsOf([other]), isPart: true },
    mixed: { paths: pathsOf([first, other]), prefixes: [first.data_path, "Market"] },
  };
  clients = { admin };
  for (const [name, grant] of Object.entries(grants))
    clients[name] = clientWith(application, await makeToken(application, name, "operator", grant));
  const points = paths.map((path) => ({ id: `${path}/${TARGET}`, type: "time_series_double" }));
  const made = await admin.send("POST", "/describe_data", [
    ...points,
    { ...points[0], id: "Market/P" },
  ]);
  expect(made.status).toBe(200);
  application.clock.advance(3 * DT_MS);
}, 60_000);
afterAll(() => application.stop());

const each = (work: (name: string, client: Client, sees: readonly string[]) => Promise<void>) =>
  Promise.all(
    Object.entries(clients).map(([name, client]) => work(name, client, seen[name]?.paths ?? [])),
  );

test("the catalogue has those of visible assets alone, with any prefix", () =>
  each(async (name, client, sees) => {
    const ofFleet = await listOf(client, "&is_read_only=true");
    expect([name, assetsIn(ofFleet)]).toEqual([name, sees]);
    expect(ofFleet).toHaveLength(seen[name]?.isPart ? 1 : 9 * sees.length);
    expect(await listOf(client, "&is_read_only=true&prefix=Asset")).toEqual(ofFleet);
    for (const path of paths)
      expect((await listOf(client, `&is_read_only=true&prefix=${path}`)).length > 0).toBe(
        sees.includes(path),
      );
    const stored = await listOf(client, "&is_read_only=false");
    const { prefixes = [] } = seen[name] ?? {};
    expect(stored.every((id) => prefixes.some((it) => id.startsWith(`${it}/`)))).toBe(true);
    expect(stored.length > 0).toBe(prefixes.length > 0);
  }));

test("queries by prefix and by path have them alone, and others are unknown", () =>
  each(async (name, client, sees) => {
    for (const query of ["", `${RANGE}&`, `${RANGE}&versions=true&`, `${RANGE}&step=PT1H&`]) {
      const rows: Json[] = await client.get(`/query_data?${query}prefix=Asset`);
      expect([name, assetsIn(rows.map(({ id }) => id))]).toEqual([name, sees]);
    }
    for (const path of paths) {
      const { status, body } = await client.send("GET", `/query_data?id=${path}/SoC`);
      expect([name, path, status]).toEqual([name, path, sees.includes(path) ? 200 : 404]);
      if (status === 404) expect(body.code).toBe("DATA_POINT_UNKNOWN");
    }
    const query = `{ ${paths.map((path, n) => `p${n}: dataPoint(id: "${path}/SoC") { id latest { value } }`).join(" ")} }`;
    const { data } = await client.graph(query);
    expect(paths.filter((_, n) => data[`p${n}`] !== null)).toEqual(sees);
  }));

test("a write is refused as read-only where it is seen, and else as that of an unknown path", () =>
  each(async (name, client, sees) => {
    for (const path of paths) {
      const row = { id: `${path}/SoC`, timestamp: new Date(START_MS).toISOString(), value: 1 };
      const { body } = await client.send("POST", "/save_data", [row]);
      expect([name, body.code]).toEqual([
        name,
        sees.includes(path) ? "READ_ONLY" : "DATA_POINT_UNKNOWN",
      ]);
      const point = { id: row.id, type: "time_series_double" };
      const described = await client.send("POST", "/describe_data", [point]);
      const code = name === "admin" ? "READ_ONLY" : "FORBIDDEN";
      expect([name, described.body.code]).toEqual([name, code]);
    }
  }));

test("what is not seen is refused like what there is not", async () => {
  const hidden = paths.find((path) => !seen.asset?.paths.includes(path));
  const answers = await Promise.all(
    [`${hidden}/SoC`, "Asset/None/SoC"].map(async (id) => {
      const read = await clients.asset?.send("GET", `/query_data?id=${id}`);
      const write = await clients.asset?.send("POST", "/save_data", [
        { id, timestamp: new Date(START_MS).toISOString(), value: 1 },
      ]);
      return [read, write].map((it) => [it?.status, it?.body.detail.replaceAll(id, "…")]);
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
});
