// Data points as Arrow IPC streams: written, read, and refused where they are not whole.
import {
  CompressionType,
  dictionary,
  float64,
  int64,
  setCompressionCodec,
  Table,
  tableFromArrays,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  timestamp,
  utf8,
} from "@uwdata/flechette";
import { expect, test } from "vitest";
import { type RestApplication, within } from "../../support/rest-under-test.ts";

const ARROW = "application/vnd.apache.arrow.stream";
const START_MS = Date.parse("2026-01-01T00:00:00Z");
const RANGE = `from=${START_MS}&until=${START_MS + 366 * 86_400_000}`;
const types = { id: dictionary(utf8()), timestamp: timestamp(), value: float64() };

async function describe({ call }: RestApplication, ...ids: string[]) {
  const points = ids.map((id) => ({ id, type: "time_series_double", resolution: "PT15M" }));
  expect((await call("POST", "/describe_data", points)).status).toBe(200);
}

async function save({ url }: RestApplication, body: Uint8Array, path = "/save_data") {
  const headers = { "content-type": ARROW };
  const answer = await fetch(url + path, { method: "POST", headers, body: Buffer.from(body) });
  return { status: answer.status, body: await answer.json() };
}

async function read({ url }: RestApplication, query: string): Promise<Table> {
  const answer = await fetch(`${url}/query_data?${query}`, { headers: { accept: ARROW } });
  expect(answer.headers.get("content-type")).toBe(ARROW);
  return tableFromIPC(new Uint8Array(await answer.arrayBuffer()));
}

const bytesOf = (table: Table) => tableToIPC(table, { format: "stream" }) as Uint8Array;
const tableOf = (paths: readonly string[], count: number) =>
  tableFromArrays(
    {
      id: paths.flatMap((path) => new Array<string>(count).fill(path)),
      timestamp: paths.flatMap(() =>
        Array.from({ length: count }, (_, n) => START_MS + n * 900_000),
      ),
      value: paths.flatMap(() => Array.from({ length: count }, (_, n) => n / 4)),
    },
    { types, maxBatchRows: 7_000 },
  );

test("a stream of many batches is saved, and answered as one", () =>
  within(async (application) => {
    await describe(application, "A", "B");
    const saved = await save(application, bytesOf(tableOf(["A", "B"], 10_000)));
    expect(saved).toMatchObject({ status: 200, body: { value_count: 20_000 } });
    const table = await read(application, RANGE);
    expect(table.numRows).toBe(20_000);
    expect(table.names).toEqual(["id", "timestamp", "value", "source", "known", "author"]);
    expect(table.get(10_003)).toMatchObject({
      ...{ id: "B", timestamp: START_MS + 3 * 900_000, value: 0.75 },
      ...{ source: "original", author: "anonymous" },
    });
    const empty = await read(application, "id=A&from=0&until=100000000000");
    expect([empty.numRows, empty.names.length]).toEqual([0, 6]);
  }));

test("an answer can be saved as it is, and steps and versions have their columns", () =>
  within(async (application) => {
    await describe(application, "A");
    await save(application, bytesOf(tableOf(["A"], 8)));
    const answer = await read(application, `id=A&${RANGE}`);
    expect((await save(application, bytesOf(answer))).status).toBe(200);
    const steps = await read(application, `id=A&${RANGE}&step=PT1H&aggregate=sum`);
    expect(steps.toArray()).toMatchObject([
      { value: 1.5, covered_ratio: 1 },
      { value: 5.5, covered_ratio: 1 },
    ]);
    const versions = await read(application, `id=A&${RANGE}&versions=true`);
    expect(versions.numRows).toBe(16);
    expect(versions.get(0)).toMatchObject({ is_withdrawal: false, expires_at: null });
  }));

test("values that are no numbers are texts of JSON", () =>
  within(async (application) => {
    const { call } = application;
    await call("POST", "/describe_data", [{ id: "Limits", type: "static_data" }]);
    const columns = { id: ["Limits"], timestamp: [START_MS], value: ['{"mw":3}'] };
    const table = tableFromArrays(columns, { types: { timestamp: timestamp() } });
    expect((await save(application, bytesOf(table))).status).toBe(200);
    expect((await read(application, "prefix=Limits")).get(0)).toMatchObject({ value: '{"mw":3}' });
  }));

test("a stream that is torn, of another form, or with other columns is refused whole", () =>
  within(async (application) => {
    await describe(application, "A");
    const whole = bytesOf(tableOf(["A"], 1_000));
    for (const length of [0, 4, 100, whole.length - 8, whole.length - 1, whole.length >> 1]) {
      const torn = await save(application, whole.subarray(0, length));
      expect([torn.status, torn.body.code], String(length)).toEqual([400, "BAD_INPUT"]);
    }
    const file = tableToIPC(tableOf(["A"], 1), { format: "file" }) as Uint8Array;
    expect((await save(application, file)).body.code).toBe("BAD_INPUT");
    const other = tableFromArrays({ id: ["A"], timestamp: [0], value: [1], mw: [1] });
    expect((await save(application, bytesOf(other))).body).toMatchObject({ column: "mw" });
    const missing = tableFromArrays({ id: ["A"], value: [1] });
    const [id, at, value] = ["id", "timestamp", "value"].map((name) => other.getChild(name));
    const twice = tableFromColumns([
      ...[
        ["id", id],
        ["timestamp", at],
        ["value", value],
        ["value", value],
      ],
    ] as never);
    expect((await save(application, bytesOf(twice))).body).toMatchObject({
      ...{ code: "BAD_INPUT", column: "value", detail: expect.stringContaining("twice") },
    });
    expect((await save(application, bytesOf(missing))).body).toMatchObject({ column: "timestamp" });
    const wrongType = tableFromArrays({ id: [1], timestamp: [START_MS], value: [1] });
    expect((await save(application, bytesOf(wrongType))).body).toMatchObject({ column: "id" });
    const holes = tableFromArrays(
      { id: ["A", "A"], timestamp: [START_MS, START_MS + 1], value: [1, null] },
      { types },
    );
    expect((await save(application, bytesOf(holes))).body).toMatchObject({
      ...{ code: "VALUE_INVALID", row: 2, column: "value" },
    });
    const notFinite = tableFromArrays(
      { id: ["A"], timestamp: [START_MS], value: [Number.NaN] },
      { types },
    );
    expect((await save(application, bytesOf(notFinite))).body.code).toBe("VALUE_INVALID");
    for (const atMs of [Date.UTC(10_000, 0), -(2 ** 50)]) {
      const beyond = tableFromArrays({ id: ["A"], timestamp: [atMs], value: [1] }, { types });
      expect((await save(application, bytesOf(beyond))).body).toMatchObject({
        ...{ code: "BAD_INPUT", column: "timestamp" },
      });
    }
    expect((await read(application, RANGE)).numRows).toBe(0);
  }));

test("what no double or instant has is refused by its row and column, and too many rows by their number", () =>
  within(async (application) => {
    await describe(application, "A");
    const refused = async (more: object, columns: object) => {
      const rows = { id: ["A", "A"], timestamp: [START_MS, START_MS + 1], value: [1, 2] };
      const table = tableFromArrays({ ...rows, ...columns }, { types: { ...types, ...more } });
      return (await save(application, bytesOf(table))).body;
    };
    const row = { row: 2 };
    const beyond = [1n, 2n ** 53n + 1n];
    expect(await refused({ value: int64() }, { value: beyond })).toMatchObject({
      ...{ ...row, code: "VALUE_INVALID", column: "value" },
    });
    const instants = { timestamp: int64(), known: int64() };
    expect(await refused(instants, { timestamp: [BigInt(START_MS), 2n ** 60n] })).toMatchObject({
      ...{ ...row, code: "BAD_INPUT", column: "timestamp" },
    });
    expect(await refused(instants, { known: [1n, -(2n ** 60n)] })).toMatchObject({
      ...{ ...row, code: "KNOWN_OUT_OF_RANGE", column: "known" },
    });
    const zeros = new Float64Array(1_000_001);
    const columns = { id: new Array(zeros.length).fill("A"), timestamp: zeros, value: zeros };
    const many = await save(application, bytesOf(tableFromArrays(columns, { types })));
    expect(many).toMatchObject({ status: 422, body: { code: "TOO_MANY_VALUES" } });
  }));

test("a stream that is too finely cut, or whose texts lie over each other, is refused", () =>
  within(async (application) => {
    await describe(application, "A");
    const sent = async (table: Table, change = (it: Uint8Array) => it) =>
      (await save(application, change(bytesOf(table)))).body.detail;
    const large = expect.stringContaining("too finely cut");
    const wide = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`c${n}`, [1]]));
    expect(await sent(tableFromArrays(wide))).toEqual(large);
    const row = tableOf(["A"], 1);
    const pairs = new Map(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, ""]));
    expect(await sent(new Table({ ...row.schema, metadata: pairs }, row.children))).toEqual(large);
    const plain = tableFromArrays(
      { id: ["A"], timestamp: [START_MS], value: [1] },
      { types: { ...types, id: utf8() } },
    );
    const repeated = (bytes: Uint8Array) => {
      const schemaEnd = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
      const batch = bytes.subarray(schemaEnd, -8);
      const batches = new Array<Uint8Array>(10_000).fill(batch);
      return Buffer.concat([bytes.subarray(0, schemaEnd), ...batches, bytes.subarray(-8)]);
    };
    expect(await sent(plain, repeated)).toEqual(large);
    const texts = Array.from({ length: 100_001 }, (_, n) => `A${n}`);
    const instants = texts.map((_, n) => START_MS + n);
    const columns = { id: texts, timestamp: instants, value: instants };
    expect(await sent(tableFromArrays(columns, { types }))).toEqual(large);
    // Each second text of the dictionary is all of its bytes.
    const overlap = (bytes: Uint8Array) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const length = 9 + 1_000_000 + 99;
      let at = 0;
      while (view.getInt32(at, true) !== 9 || view.getInt32(at + 4, true) !== 1_000_009) at += 4;
      for (let n = 1; n < 100; n++) view.setInt32(at + 4 * n, n % 2 === 0 ? 0 : length, true);
      return bytes;
    };
    const few = ["A".repeat(9), "B".repeat(1_000_000), ...texts.slice(0, 99).map(() => "")];
    const ids = few.map((it, n) => (it === "" ? String.fromCharCode(200 + n) : it));
    const docs = {
      ...{ id: ids, timestamp: ids.map((_, n) => START_MS + n), value: ids.map((_, n) => n) },
    };
    expect(await sent(tableFromArrays(docs, { types }), overlap)).toEqual(large);
  }));

test("a stream whose buffers are compressed is 415, with what to do", () =>
  within(async (application) => {
    await describe(application, "A");
    const columns = { id: ["A"], timestamp: [START_MS], value: [1] };
    const table = tableFromArrays(columns, { types: { ...types, id: utf8() } });
    expect((await save(application, bytesOf(table))).status).toBe(200);
    // Any bytes will do: they are not decompressed.
    setCompressionCodec(CompressionType.ZSTD, { encode: (it) => it, decode: (it) => it });
    const packed = tableToIPC(table, { format: "stream", codec: CompressionType.ZSTD });
    const answer = await save(application, packed as Uint8Array);
    expect([answer.status, answer.body.code]).toEqual([415, "MEDIA_TYPE_UNSUPPORTED"]);
    expect(answer.body.detail).toContain("content-encoding: gzip");
  }));

test("a body of random bytes, or with a flipped byte, is never an error of the server", () =>
  within(async (application) => {
    await describe(application, "A");
    const whole = bytesOf(tableOf(["A"], 4));
    for (let n = 0; n < whole.length; n += 3) {
      const flipped = Uint8Array.from(whole);
      flipped[n] = (flipped[n] ?? 0) ^ 0xff;
      expect((await save(application, flipped)).status, `byte ${n}`).toBeLessThan(500);
    }
  }));
