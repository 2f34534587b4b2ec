// What ramps make of the energy of periods, against power that steps.

/** Of a battery in a scenario, by period. */
export interface RampEnergy {
  /** What the ramp takes away from the energy that the setpoint would charge, and discharge; may be negative. In MWh. */
  readonly chargeMwhr: Float64Array;
  readonly dischargeMwhr: Float64Array;
  /** How far stored energy lies above that at the start of the period while the ramp changes the direction, in MWh. */
  readonly aboveMwhr: Float64Array;
  /** How far it lies below. */
  readonly belowMwhr: Float64Array;
}

/** By scenario, then by battery; null: a battery without a ramp. */
export type RampEnergies = readonly (readonly (RampEnergy | null)[])[];
