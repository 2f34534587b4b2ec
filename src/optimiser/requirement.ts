// What a row of the model stands for where the user can change it.

export interface Requirement {
  readonly kind:
    | "endSoc"
    | "soc"
    | "socTarget"
    | "connection"
    | "noTrade"
    | "obligation"
    | "cycleLimit"
    | "reserveMax"
    | "ramp";
  readonly period: number;
  readonly assetId?: string;
  readonly product?: string;
  /** Of the bound of the row. */
  readonly unit: "MWh" | "MW";
}
