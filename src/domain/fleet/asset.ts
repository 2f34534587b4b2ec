// Sites and assets, as they are described.
import {
  type GivenNumbers,
  type NumberField,
  type NumbersOf,
  numbersOf,
} from "../base/number-field.ts";
import { pctOf } from "../base/per-cent.ts";
import { ASSET_NUMBERS, type AssetNumber, type SITE_NUMBERS } from "./fields.ts";

/** A grid connection with assets behind it. */
export interface Site extends NumbersOf<typeof SITE_NUMBERS> {
  /** UUID, lower case. */
  readonly id: string;
  readonly name: string;
  /** Its place as text: "Valkeakoski, Finland". */
  readonly location: string;
  /** Whether it is no longer in use: no asset runs at it, and its history stays. Left out: false. */
  readonly retired?: boolean;
}

/** One battery system with its inverter, the unit that is dispatched. Power is at the grid terminal. */
export interface Asset extends NumbersOf<typeof ASSET_NUMBERS> {
  /** UUID, lower case. */
  readonly id: string;
  readonly siteId: string;
  readonly name: string;
  /** The path below which it is read as data points; it stays where the name changes. */
  readonly dataPath: string;
  /** Whether it is retired: it is not simulated, and its history stays. */
  readonly retired: boolean;
}

/** The numbers of a new asset, with their defaults. */
export function assetNumbers(
  given: GivenNumbers<typeof ASSET_NUMBERS>,
): NumbersOf<typeof ASSET_NUMBERS> {
  const numbers = numbersOf(ASSET_NUMBERS, given);
  if (given.initialSocPct != null) return numbers;
  return { ...numbers, initialSocPct: defaultOf("initialSocPct", numbers) as number };
}

/** The value of a number where an asset is given without; undefined where it has no default. */
export function defaultOf(
  number: AssetNumber,
  { socMinRatio, socMaxRatio }: Pick<Asset, "socMinRatio" | "socMaxRatio">,
): number | undefined {
  if (number === "initialSocPct") return defaultInitialSocPct(socMinRatio, socMaxRatio);
  return (ASSET_NUMBERS[number] as NumberField).default;
}

/** SoC at the first start where none is given: half full, or the nearest the asset's bounds allow. In per cent. */
export function defaultInitialSocPct(socMinRatio: number, socMaxRatio: number): number {
  return Math.min(
    Math.max(ASSET_NUMBERS.initialSocPct.default, pctOf(socMinRatio)),
    pctOf(socMaxRatio),
  );
}
