/** Stops on a bug: a condition that no input can make false. Not for bad input, which is refused as a value. */
export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new Error(`bug: not true that ${claim}`);
}
