/** Where what must not repeat comes from. */
export interface Chance {
  /** A new random UUID, lower case. */
  newId(): string;
}
