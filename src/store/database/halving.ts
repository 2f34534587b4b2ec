// Finds the few among many things that are refused, by trying halves.

export interface Sifted<T> {
  /** Those that are taken, in their order. */
  readonly taken: T[];
  readonly refused: { readonly item: T; readonly error: unknown }[];
  /** Those that were not looked at any more, because so many others were refused. */
  readonly left: T[];
}

/**
 * Sifts things that were refused together: `n` refused ones of `N` cost about `2 n log N` trials.
 *
 * @param refusalOf Why some of them are refused together; undefined where all are taken. Changes nothing.
 * @param most      So many refused ones are looked for.
 */
export async function sift<T>(
  items: readonly T[],
  refusalOf: (some: readonly T[]) => Promise<unknown>,
  most: number,
): Promise<Sifted<T>> {
  const sifted: Sifted<T> = { taken: [], refused: [], left: [] };
  const waiting: (readonly T[])[] = [];
  const divide = (some: readonly T[]) => {
    const middle = some.length >> 1;
    // The first half is looked at first, so that all stay in order.
    for (const half of [some.slice(middle), some.slice(0, middle)])
      if (half.length > 0) waiting.push(half);
  };
  if (items.length === 1) waiting.push(items);
  else divide(items);
  for (let some = waiting.pop(); some !== undefined; some = waiting.pop()) {
    if (sifted.refused.length >= most) {
      sifted.left.push(...some);
      continue;
    }
    const error = await refusalOf(some);
    if (error === undefined) sifted.taken.push(...some);
    else if (some.length > 1) divide(some);
    else sifted.refused.push({ item: some[0] as T, error });
  }
  return sifted;
}
