// Instants and numbers as clients write them, on every edge that takes them.
import { expect, test } from "vitest";
import { START_MS } from "../../support/application-under-test.ts";
import { ASSET, type RestApplication, within } from "../../support/rest-under-test.ts";

const FROM_MS = START_MS + 4000;
const AT = "2026-11-20T12:00:04.000Z";

/** The same instant, as Grafana, pandas, PostgreSQL, Go and addresses write it. */
const FORMS = [
  String(FROM_MS),
  "2026-11-20 12:00:04+00:00",
  "2026-11-20 12:00:04+00",
  "2026-11-20T14:00:04+0200",
  "2026-11-20T14:00:04+02:00",
  "2026-11-20T14:00:04 02:00",
  "2026-11-20t12:00:04.000000001z",
];

const NAIVE = "2026-11-20T12:00:04";
const REASON = `must be an instant like 2026-11-20T12:00:00Z, not "${NAIVE}": the offset is missing, add Z for UTC, or one like +02:00`;

async function graph({ call }: RestApplication, query: string, variables: object = {}) {
  const { body } = await call("POST", "/graphql", { query, variables });
  return body;
}

const STEPS = `query ($from: DateTime!, $until: DateTime!) {
  asset(id: "${ASSET}") { history(from: $from, until: $until, stepS: 4) { nodes { from } } }
}`;

test("an instant is read from every usual form in an address, escaped or not", () =>
  within(async ({ get, tick }) => {
    tick(3);
    for (const form of FORMS)
      for (const written of [encodeURIComponent(form), form.replaceAll(" ", "%20")]) {
        const samples = await get(
          `/telemetry/${ASSET}/history?from=${written}&until=${FROM_MS + 1}`,
        );
        expect(samples, written).toMatchObject([{ timestamp: AT }]);
      }
  }));

test("an instant is read from every usual form in a body, in CSV and in GraphQL", () =>
  within(async (application) => {
    const { call, tick } = application;
    for (const form of [...FORMS, FROM_MS]) {
      const { body } = await call("POST", "/dispatch", { asset_id: ASSET, mw: 1, start_at: form });
      expect(body, `${form}`).toMatchObject({ start_at: AT });
      const csv = `from,until,mw\n${form},${FROM_MS + 4000},1\n`;
      const put = await call("PUT", `/assets/${ASSET}/schedule`, csv, {
        "content-type": "text/csv",
      });
      expect(put.body.intervals, `${form}`).toMatchObject([{ start_at: AT }]);
    }
    tick(3);
    for (const form of [...FORMS, FROM_MS]) {
      const { data } = await graph(application, STEPS, { from: form, until: FROM_MS + 4000 });
      expect(data?.asset.history.nodes, `${form}`).toMatchObject([{ from: AT }]);
    }
    const literal = STEPS.replace(/\(\$.*?\)/, "").replace("$from", String(FROM_MS));
    const { data } = await graph(
      application,
      literal.replace("$until", `"${FORMS[1]?.replace("04", "08")}"`),
    );
    expect(data?.asset.history.nodes).toMatchObject([{ from: AT }]);
  }));

test("an instant without an offset is refused on every edge, with its value and the reason", () =>
  within(async (application) => {
    const { call } = application;
    const query = await call("GET", `/telemetry/${ASSET}/history?from=${NAIVE}`);
    expect(query.body).toMatchObject({
      code: "BAD_INPUT",
      field: "from",
      detail: `from ${REASON}`,
    });
    const posted = await call("POST", "/dispatch", { asset_id: ASSET, mw: 1, start_at: NAIVE });
    expect(posted.body).toMatchObject({ field: "start_at", detail: `start_at ${REASON}` });
    const csv = `from,until,mw\n${NAIVE},${AT},1\n`;
    const put = await call("PUT", `/assets/${ASSET}/schedule`, csv, { "content-type": "text/csv" });
    expect(put.body).toMatchObject({ detail: `line 2: from ${REASON}` });
    const { errors } = await graph(application, STEPS, { from: NAIVE, until: AT });
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining(`$from ${REASON}`),
      extensions: { code: "BAD_INPUT" },
    });
  }));

test("a missing instant is reported", () =>
  within(async ({ call }) => {
    const body = { intervals: [{ until: AT, mw: 1 }] };
    expect((await call("PUT", `/assets/${ASSET}/schedule`, body)).body).toMatchObject({
      field: "intervals.0.from",
      detail: "intervals.0.from is missing: it must be an instant",
    });
  }));

test.each([
  [
    `/telemetry/${ASSET}/history?limit=0x10`,
    'limit must be a whole number, 1 to 10000000, not "0x10"',
  ],
  [`/telemetry/${ASSET}/history?limit=`, 'limit must be a whole number, 1 to 10000000, not ""'],
  [
    `/telemetry/${ASSET}/history?limit=%205`,
    'limit must be a whole number, 1 to 10000000, not " 5"',
  ],
  [
    `/telemetry/${ASSET}/history?limit=1_000`,
    'limit must be a whole number, 1 to 10000000, not "1_000"',
  ],
  [
    `/telemetry/${ASSET}/history?step_s=1.5`,
    'step_s must be a whole number, 1 to 31622400, not "1.5"',
  ],
  [`/dispatches?limit=501`, 'limit must be a whole number, 1 to 500, not "501"'],
  [
    `/dispatches?status=gone`,
    'status must be accepted, active, completed, superseded, cancelled, expired or failed, not "gone"',
  ],
  ["/telemetry/stream?every_s=0x2", 'every_s must be 0.001 to 86400, not "0x2"'],
  ["/telemetry/stream?every_s=Infinity", 'every_s must be 0.001 to 86400, not "Infinity"'],
])("a number in an address is decimal, or refused with its value: %s", (path, detail) =>
  within(async ({ call }) => {
    expect(await call("GET", path)).toMatchObject({
      status: 400,
      body: { code: "BAD_INPUT", detail },
    });
  }),
);

test("a refused body names the rule and the value of each field", () =>
  within(async ({ call }) => {
    const body = { asset_id: "x", mw: "0x10", duration_s: 1.5, mode: "stop" };
    expect((await call("POST", "/dispatch", body)).body.detail).toBe(
      [
        'asset_id must be a UUID, not "x"',
        'mw must be a number, not "0x10": write it in decimal, like 12.5',
        "duration_s must be a whole number, not 1.5",
        'mode must be charge or discharge, not "stop"',
      ].join("; "),
    );
    expect((await call("POST", "/dispatch", { asset_id: ASSET })).body.detail).toBe(
      "mw is missing: it must be a number",
    );
    expect((await call("POST", "/dispatch", [])).body.detail).toBe(
      "the body must be an object, not a list",
    );
  }));
