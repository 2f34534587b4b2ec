// The stages of a battery's law that limit its power.

/** Which stage of the law changed the power last; 0 where none did. A byte in frames. */
export const LIMIT = { NONE: 0, RAMP: 1, POWER: 2, ENERGY: 3, SITE: 4 } as const;
export type Limit = (typeof LIMIT)[keyof typeof LIMIT];
