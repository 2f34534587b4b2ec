// Group testing: finds the few refused items among many, by trying halves.

export interface Sifted<T> {
  /** The accepted items, in their order. */
  readonly taken: T[];
  readonly refused: { readonly item: T; readonly error: unknown }[];
  /** Items that were not tested any more, because the limit of refused items was reached. */
  readonly left: T[];
}

/**
 * Sifts items that were refused together: `n` refused items of `N` cost about `2 n log N` trials.
 *
 * @param refusalOf Tests some items together: the reason of the refusal; undefined where all are accepted. Changes nothing.
 * @param most      The limit of refused items that are looked for.
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
    // The first half is tested first, so that all stay in order.
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
