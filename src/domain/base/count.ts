// The rule on the number of items of a list.

/** A list without an item, or with too many. */
export interface CountViolation {
  readonly count: number;
  readonly most: number;
}

/** Refuses a list that has not 1 to `most` items. */
export function refuseCount(
  { length: count }: readonly unknown[],
  most: number,
): CountViolation | undefined {
  return count >= 1 && count <= most ? undefined : { count, most };
}
