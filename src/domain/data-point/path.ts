// Paths of data points: `Asset/FI/Battery/SoC`.

const MOST_SEGMENTS = 16;
const LONGEST = 256;
const SEGMENT = /^[A-Za-z0-9_.-]+$/;

/** What is wrong with a path, as the end of a sentence; undefined for a valid one. */
export function wrongPath(path: string): string | undefined {
  if (path.length > LONGEST) return `has ${path.length} characters, and may have ${LONGEST}`;
  const segments = path.split("/");
  if (segments.length > MOST_SEGMENTS)
    return `has ${segments.length} segments, and may have ${MOST_SEGMENTS}`;
  if (segments.every((segment) => SEGMENT.test(segment))) return undefined;
  return "must be segments of letters, digits, _, - and ., separated by /: Asset/FI/Battery/SoC";
}

/** Whether a path is a prefix or lies below it, segment by segment; the empty prefix has all. */
export function isBelow(path: string, prefix: string): boolean {
  return prefix === "" || path === prefix || path.startsWith(`${prefix}/`);
}
