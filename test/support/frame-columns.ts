/** The columns of a frame that a tick writes. */
export const COLUMNS = [
  "socMwhr",
  "currentMw",
  "setpointMw",
  "energyInMwhr",
  "energyOutMwhr",
  "limit",
] as const;
