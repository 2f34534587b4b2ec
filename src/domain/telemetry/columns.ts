// The figures of telemetry, each described once: frames, stored rows, REST and GraphQL are derived from this list.

/** A figure of a sample: a number for each asset at each tick. */
interface Field {
  /**
   * `state`: a model writes it at each tick; a frame has a column of it, and an asset continues from it after a restart.
   * `rating`: the asset has it, at that instant. `derived`: it follows from others, and is stored with each sample.
   */
  readonly kind: "state" | "rating" | "derived";
  /** Its meaning, with its unit. */
  readonly description: string;
}

/** In the order of the answers. A name ends with its unit. */
export const FIELDS = {
  socMwhr: { kind: "state", description: "Stored energy in MWh." },
  socPct: { kind: "derived", description: "Stored energy in per cent of the capacity." },
  capacityMwhr: { kind: "rating", description: "Energy at 100 % SoC, in MWh." },
  currentMw: {
    kind: "state",
    description: "Power held over the tick that ends at the timestamp, in MW, discharge positive.",
  },
  setpointMw: { kind: "state", description: "Requested power in MW, discharge positive." },
  maxMw: { kind: "rating", description: "Highest discharge power in MW." },
  minMw: { kind: "rating", description: "Highest charge power in MW, negative." },
  energyInMwhr: {
    kind: "state",
    description: "Meter of energy charged at the terminal, in MWh, only rising.",
  },
  energyOutMwhr: {
    kind: "state",
    description: "Meter of energy discharged at the terminal, in MWh, only rising.",
  },
} as const satisfies Record<string, Field>;

export type SampleField = keyof typeof FIELDS;
type Kind = Field["kind"];
type FieldOf<K extends Kind> = {
  [N in SampleField]: (typeof FIELDS)[N]["kind"] extends K ? N : never;
}[SampleField];

function fieldsOf<K extends Kind>(...kinds: K[]): readonly FieldOf<K>[] {
  const names = Object.keys(FIELDS) as SampleField[];
  return names.filter((name) => (kinds as Kind[]).includes(FIELDS[name].kind)) as FieldOf<K>[];
}

export type StateField = FieldOf<"state">;
export type DerivedField = FieldOf<"derived">;

export const SAMPLE_FIELDS = fieldsOf("state", "rating", "derived");
export const STATE_FIELDS = fieldsOf("state");
export const RATING_FIELDS = fieldsOf("rating");
/** Those that differ from one tick to the next. */
export const TICK_FIELDS = fieldsOf("state", "derived");

/** The figures of one sample. */
export type SampleValues = { readonly [N in SampleField]: number };
/** The state of one asset, as it reports it. */
export type StateValues = { readonly [N in StateField]: number };
/** The states of all assets of a table, by position. */
export type StateColumns = { readonly [N in StateField]: Float64Array };

export function stateColumns(
  columnOf: (field: StateField, n: number) => Float64Array,
): StateColumns {
  const entries = STATE_FIELDS.map((field, n) => [field, columnOf(field, n)]);
  return Object.fromEntries(entries) as StateColumns;
}

export function stateValues(numberOf: (field: StateField, n: number) => number): StateValues {
  const entries = STATE_FIELDS.map((field, n) => [field, numberOf(field, n)]);
  return Object.fromEntries(entries) as StateValues;
}

/** The state of the asset at a position of columns. */
export function stateAt(columns: StateColumns, index: number): StateValues {
  return stateValues((field) => columns[field][index] as number);
}
