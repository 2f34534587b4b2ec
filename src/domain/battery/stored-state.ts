// A model's own state as it is stored: beside the report, with the model and the version that it belongs to.
import type { Asset } from "../fleet/asset.ts";
import type { BatteryModel, OwnState } from "./model.ts";

/** The own state of one asset, stored. */
export interface StoredModelState {
  /** Name of the model. */
  readonly model: string;
  readonly version: number;
  readonly state: OwnState;
}

/** The stored state of an asset by its id. */
export interface AssetModelState {
  readonly assetId: string;
  readonly modelState: StoredModelState;
}

/** The state to be stored; null for a model that has no own columns. */
export function storedStateOf(model: BatteryModel, own: OwnState): StoredModelState | null {
  if (model.ownColumns.length === 0) return null;
  return { model: model.name, version: model.version, state: own };
}

/** An own state to start from. */
export interface ReadState {
  readonly own: OwnState;
  /** Whether a state was stored that this version of the model cannot read; then `own` is that of a first start. */
  readonly isUnreadable: boolean;
}

/**
 * Reads a stored state. A state of another model or version, or without a finite value for a column, is unreadable:
 * the asset continues with its reported energy and power, which every model has.
 *
 * @param stored As it came from the store, of any shape; null and undefined: none.
 */
export function readStoredState(model: BatteryModel, asset: Asset, stored: unknown): ReadState {
  const initial = model.initialState(asset);
  if (stored === null || stored === undefined) return { own: initial, isUnreadable: false };
  const { model: name, version, state } = stored as Partial<Record<string, unknown>>;
  if (name !== model.name || version !== model.version || !isRecord(state))
    return { own: initial, isUnreadable: true };
  const entries = model.ownColumns.map((column) => [column.name, state[column.name]] as const);
  const isWhole = entries.every(([, value]) => Number.isFinite(value));
  return isWhole
    ? { own: Object.fromEntries(entries) as OwnState, isUnreadable: false }
    : { own: initial, isUnreadable: true };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
