// The models of a fleet: each steps the columns of its assets in one call.
import type { ModelColumns } from "../domain/battery/columns.ts";
import {
  type BatteryModel,
  type BatteryStepper,
  NO_OWN_STATE,
  type OwnState,
} from "../domain/battery/model.ts";
import type { ModelOf } from "../domain/battery/registry.ts";
import type { FleetTable } from "../domain/fleet/fleet-table.ts";
import type { Frame } from "../domain/telemetry/frame.ts";

/** A fleet at the end of a tick: what it reports, and beside it the own state of each model. */
export interface FleetState {
  readonly frame: Frame;
  /** By the number of the model: the frame, and the model's own columns. */
  readonly columns: readonly ModelColumns[];
}

export interface FleetModels {
  readonly table: FleetTable;
  /** Whether a model of the fleet has own columns. */
  readonly hasOwnState: boolean;
  /** The model of the asset at a position. */
  modelAt(index: number): BatteryModel;
  /** A state with this frame. Own columns are those of `spare`, which is overwritten; left out: new ones, all 0. */
  stateWith(frame: Frame, spare?: FleetState): FleetState;
  /** The own state of the asset at a position. */
  ownAt(state: FleetState, index: number): OwnState;
  setOwn(state: FleetState, index: number, own: OwnState): void;
  /** One tick: `last` and the setpoints of `next` in, the rest of `next` out. */
  step(last: FleetState, next: FleetState): void;
  /** As `BatteryStepper`. */
  aimedMw(last: FleetState, next: FleetState, index: number): number;
  deliver(last: FleetState, next: FleetState, index: number, mw: number): void;
}

/** @param dtS Length of a tick in s. */
export function createFleetModels(table: FleetTable, dtS: number, modelOf: ModelOf): FleetModels {
  const size = table.assets.length;
  const found = new Map<BatteryModel, number>();
  const numbers = Uint8Array.from(table.assets, (asset) => {
    const model = modelOf(asset);
    const number = found.get(model) ?? found.size;
    found.set(model, number);
    return number;
  });
  const models = [...found.keys()];
  const steppers = models.map((model, number) =>
    model.stepper(table.assets, segmentsOf(numbers, number), dtS),
  );
  const modelAt = (index: number) => models[numbers[index] as number] as BatteryModel;
  const stepperAt = (index: number) => steppers[numbers[index] as number] as BatteryStepper;
  const columnsAt = ({ columns }: FleetState, index: number) =>
    columns[numbers[index] as number] as ModelColumns;
  return {
    table,
    hasOwnState: models.some(({ ownColumns }) => ownColumns.length > 0),
    modelAt,
    stateWith: (frame, spare) => ({
      frame,
      columns: models.map(({ ownColumns }, number) => ({
        report: frame,
        own: spare?.columns[number]?.own ?? ownColumns.map(() => new Float64Array(size)),
      })),
    }),
    ownAt(state, index) {
      const { ownColumns } = modelAt(index);
      if (ownColumns.length === 0) return NO_OWN_STATE;
      const { own } = columnsAt(state, index);
      return Object.fromEntries(ownColumns.map(({ name }, n) => [name, own[n]?.[index] as number]));
    },
    setOwn(state, index, values) {
      const { own } = columnsAt(state, index);
      for (const [n, { name }] of modelAt(index).ownColumns.entries())
        (own[n] as Float64Array)[index] = values[name] as number;
    },
    step(last, next) {
      for (const [number, stepper] of steppers.entries())
        stepper.step(last.columns[number] as ModelColumns, next.columns[number] as ModelColumns);
    },
    aimedMw: (last, next, index) =>
      stepperAt(index).aimedMw(columnsAt(last, index), columnsAt(next, index), index),
    deliver: (last, next, index, mw) =>
      stepperAt(index).deliver(columnsAt(last, index), columnsAt(next, index), index, mw),
  };
}

/** Where a number stands: ascending pairs of a begin and an end. */
function segmentsOf(numbers: Uint8Array, number: number): Int32Array {
  const segments: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] !== number) continue;
    if (i === 0 || numbers[i - 1] !== number) segments.push(i);
    if (i + 1 === numbers.length || numbers[i + 1] !== number) segments.push(i + 1);
  }
  return Int32Array.from(segments);
}
