// Why there is no plan.
import type { PlanCode } from "../base/codes.ts";

/** Requirements of the same kind in adjacent periods. */
export interface PlanRequirement {
  readonly kind: string;
  readonly assetId: string | null;
  readonly product: string | null;
  readonly firstPeriod: number;
  readonly lastPeriod: number;
  /** The requirement in words. */
  readonly text: string;
}

export interface PlanRefusal {
  readonly code: PlanCode;
  readonly message: string;
  /** The first period that is meant; null: none is. */
  readonly period: number | null;
  /** The field of the input, as in `assets[0].maxMw`. */
  readonly field: string | null;
  /** Where requirements cannot be kept: those that contradict each other, none of which can be left out. */
  readonly conflicts: readonly PlanRequirement[];
  /** The least by which requirements would have to give way, so that there is a plan. */
  readonly relaxation: readonly (PlanRequirement & {
    readonly by: number;
    readonly unit: "MWh" | "MW";
  })[];
}

/** A refusal without requirements. */
export function refusalOf(
  code: PlanCode,
  message: string,
  field: string | null = null,
  period: number | null = null,
): PlanRefusal {
  return { code, message, period, field, conflicts: [], relaxation: [] };
}
