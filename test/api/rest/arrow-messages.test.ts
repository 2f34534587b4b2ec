// Arrow streams at their bounds, and beyond each of them: refused before the library makes objects of them.
import { describe, expect, test } from "vitest";
import { MOST_TEXT_BYTES } from "../../../src/api/rest/data-point/arrow-dictionary.ts";
import { MOST, readStream } from "../../../src/api/rest/data-point/arrow-messages.ts";
import { MOST_VALUES } from "../../../src/domain/data-point/write-rules.ts";
import {
  batchMessage,
  dictionaryMessage,
  schemaMessage,
  streamOf,
} from "../../support/arrow-stream.ts";

const [UTF8, LARGE_UTF8, UTF8_VIEW] = [5, 20, 24];
const SCHEMA = schemaMessage([{}]);
const timesOf = <T>(count: number, item: T) => new Array<T>(count).fill(item);
const fieldsOf = (count: number) => schemaMessage(timesOf(count, {}));

async function outcomeOf(...messages: readonly Buffer[]) {
  let turnCount = 0;
  const read = await readStream(streamOf(...messages), { next: async () => void turnCount++ });
  return { read, turnCount, wrong: "wrong" in read ? read.wrong : undefined };
}

/** Of a dictionary whose texts are all of these bytes, by a type of texts: the place of each says so. */
function textsOf(typeId: number, count: number, bytes: number) {
  const sizes = { [UTF8 as number]: 4, [LARGE_UTF8 as number]: 8, [UTF8_VIEW as number]: 16 };
  const size = sizes[typeId] as number;
  const places = Buffer.alloc(size * (count + 1));
  for (let n = 0; n <= count; n++) {
    if (typeId === UTF8) places.writeInt32LE(n % 2 === 0 ? 0 : bytes, 4 * n);
    else if (typeId === LARGE_UTF8) places.writeBigInt64LE(BigInt(n % 2 === 0 ? 0 : bytes), 8 * n);
    else places.writeInt32LE(bytes, 16 * n);
  }
  const place = [0, places.length] as const;
  return { nodes: [[count, 0]] as const, buffers: [[0, 0] as const, place], body: places };
}

describe("an Arrow stream at a bound is read, and one beyond it is refused", () => {
  const texts = (count: number) => ({ nodes: [[count, 0]] as const });
  const batch = batchMessage({});
  const dictionary = dictionaryMessage(1, texts(1));
  const half = MOST.texts / 2;
  test.each([
    ["columns", [fieldsOf(MOST.columns)], [fieldsOf(MOST.columns + 1)]],
    [
      "pairs of the schema",
      [schemaMessage([{}], { pairs: MOST.pairs })],
      [schemaMessage([{}], { pairs: MOST.pairs + 1 })],
    ],
    [
      "pairs of a column",
      [schemaMessage([{ pairs: MOST.pairs }])],
      [schemaMessage([{ pairs: MOST.pairs + 1 }])],
    ],
    [
      "batches",
      [SCHEMA, ...timesOf(MOST.batches - 1, batch)],
      [SCHEMA, ...timesOf(MOST.batches, batch)],
    ],
    [
      "buffers of a batch",
      [SCHEMA, batchMessage({ buffers: timesOf(MOST.buffers, [0, 0] as const) })],
      [SCHEMA, batchMessage({ buffers: timesOf(MOST.buffers + 1, [0, 0] as const) })],
    ],
    [
      "columns of a batch",
      [SCHEMA, batchMessage({ nodes: timesOf(MOST.buffers, [1, 0] as const) })],
      [SCHEMA, batchMessage({ nodes: timesOf(MOST.buffers + 1, [1, 0] as const) })],
    ],
    [
      "dictionaries",
      [SCHEMA, ...timesOf(MOST.dictionaries, dictionary)],
      [SCHEMA, ...timesOf(MOST.dictionaries + 1, dictionary)],
    ],
    [
      "texts of a dictionary",
      [SCHEMA, dictionaryMessage(1, texts(MOST.texts))],
      [SCHEMA, dictionaryMessage(1, texts(MOST.texts + 1))],
    ],
    [
      "texts of dictionaries that hold together",
      [SCHEMA, dictionaryMessage(1, texts(half)), dictionaryMessage(2, texts(half)), batch],
      [SCHEMA, dictionaryMessage(1, texts(half)), dictionaryMessage(2, texts(half + 1)), batch],
    ],
    [
      "texts of a dictionary with what is added to it",
      [SCHEMA, dictionaryMessage(1, texts(half)), dictionaryMessage(1, texts(half + 1)), batch],
      [
        SCHEMA,
        dictionaryMessage(1, texts(half)),
        dictionaryMessage(1, texts(half + 1), true),
        batch,
      ],
    ],
  ])("%s", async (_, right, beyond) => {
    expect((await outcomeOf(...right)).wrong).toBeUndefined();
    expect((await outcomeOf(...beyond)).wrong).toBe("large");
  });

  test.each([
    ["texts", UTF8],
    ["large texts", LARGE_UTF8],
    ["views of texts", UTF8_VIEW],
  ])("bytes of %s that lie over each other", async (_, typeId = 0) => {
    const schema = schemaMessage([{ typeId, dictionary: { id: 1 } }]);
    const sent = (bytes: number) =>
      outcomeOf(schema, dictionaryMessage(1, textsOf(typeId, 16, bytes)), batch);
    // Of two places that follow each other one is before the other: every second text is all bytes.
    const count = typeId === UTF8_VIEW ? 16 : 8;
    expect((await sent(MOST_TEXT_BYTES / count)).wrong).toBeUndefined();
    expect((await sent(MOST_TEXT_BYTES / count + 1)).wrong).toBe("large");
  });

  test("rows of a batch, and of a column", async () => {
    const rows = (batch: Parameters<typeof batchMessage>[0]) =>
      outcomeOf(SCHEMA, batchMessage(batch));
    expect((await rows({ rows: MOST_VALUES, nodes: [[MOST_VALUES, 0]] })).wrong).toBeUndefined();
    expect((await rows({ rows: MOST_VALUES + 1 })).wrong).toBe("rows");
    expect((await rows({ nodes: [[MOST_VALUES + 1, 0]] })).wrong).toBe("rows");
  });
});

describe("an Arrow stream that is refused for what it says", () => {
  const body = Buffer.alloc(8);
  const batch = batchMessage({});
  test.each([
    ["a buffer beyond its body", "torn", [SCHEMA, batchMessage({ body, buffers: [[4, 5]] })]],
    ["a buffer before its body", "torn", [SCHEMA, batchMessage({ body, buffers: [[-1, 1]] })]],
    ["nulls below 0", "torn", [SCHEMA, batchMessage({ nodes: [[1, -1]] })]],
    ["more views than buffers", "torn", [SCHEMA, batchMessage({ views: [1] })]],
    [
      "places of texts beyond the body",
      "torn",
      [
        schemaMessage([{ dictionary: { id: 1 } }]),
        dictionaryMessage(1, { ...textsOf(UTF8 as number, 4, 1), nodes: [[5, 0]] }),
      ],
    ],
    ["compressed buffers", "compressed", [SCHEMA, batchMessage({ isCompressed: true })]],
    [
      "a compressed dictionary",
      "compressed",
      [SCHEMA, dictionaryMessage(1, { isCompressed: true })],
    ],
    ["columns with children", "type", [schemaMessage([{ children: 1 }])]],
    ["dictionaries of another kind", "type", [schemaMessage([{ dictionary: { id: 1, kind: 1 } }])]],
    ["numbers of the other order of bytes", "other", [schemaMessage([{}], { order: 1 })]],
    ["an old version of messages", "other", [schemaMessage([{}], { version: 2 })]],
    ["no schema", "other", [batch]],
    ["two schemas", "other", [SCHEMA, batch, SCHEMA]],
    ["nothing", "other", []],
  ] as const)("%s", async (_, wrong, messages) => {
    expect((await outcomeOf(...messages)).wrong).toBe(wrong);
  });

  test("a buffer at the end of its body is right", async () => {
    const whole = batchMessage({ body, buffers: [[4, 4]], views: [1] });
    expect((await outcomeOf(SCHEMA, whole)).wrong).toBeUndefined();
  });
});

test("a long name is cut", async () => {
  const { read } = await outcomeOf(schemaMessage([{ name: "x".repeat(10_000) }]));
  expect("fields" in read && read.fields.map(({ name }) => name.length)).toEqual([1_024]);
});

test("many batches are read in many parts, each with the dictionaries that hold then", async () => {
  const batches = (count: number) => timesOf(count, batchMessage({}));
  const [first, added, other] = [
    dictionaryMessage(1, { rows: 1 }),
    dictionaryMessage(1, { rows: 2 }, true),
    dictionaryMessage(1, { rows: 3 }),
  ];
  const messages = [first, ...batches(801), added, ...batches(1), other, ...batches(1)];
  const { read, turnCount } = await outcomeOf(SCHEMA, ...messages);
  if ("wrong" in read) throw new Error(read.wrong);
  const withBatches = (count: number, ...heads: readonly Buffer[]) => [
    SCHEMA,
    ...heads,
    ...batches(count),
  ];
  const expected = [
    withBatches(500, first),
    withBatches(301, first),
    withBatches(1, first, added),
    withBatches(1, other),
  ];
  const texts = (parts: readonly (readonly Uint8Array[])[]) =>
    parts.map((part) => part.map((it) => Buffer.from(it).toString("base64")));
  expect(texts(read.parts)).toEqual(texts(expected));
  expect(turnCount).toBeGreaterThan(0);
});
