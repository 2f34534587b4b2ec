/** The port of randomness: unique ids. */
export interface Chance {
  /** A new random UUID, lower case. */
  newId(): string;
}
