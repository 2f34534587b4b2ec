// Whole numbers in the address.

/** A whole number of the address; undefined where it is left out, is none, or lies outside of the limits. */
export function wholeParam(
  text: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
