// Names of segments of paths that are identifiers in TypeScript and in Python, the same in both.

/** What else stands beside segments: the fields of a data point, and what a class body of Python refers to. */
const FIELDS = ["path", "type", "unit", "resolution", "timeZone", "time_zone"];
const REFERRED = ["Final", "NumberPoint", "MatrixPoint", "DocumentPoint"];
const OF_OBJECTS = Object.getOwnPropertyNames(Object.prototype);
/** How a class begins that Python has beside a name: no name begins so. */
export const SUBCLASS = "_Point_";
const KEYWORDS =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield";

const RESERVED: ReadonlySet<string> = new Set([
  ...[...FIELDS, ...REFERRED, ...OF_OBJECTS],
  ...KEYWORDS.split(" "),
]);

/**
 * The names of segments that stand side by side. Where two would have one name, neither has it: a name that meant one
 * path never comes to mean another, and what uses it no longer compiles.
 */
export function namesOf(segments: readonly string[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const segment of segments) {
    const name = nameOf(segment);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const taken = new Set([...counts].filter(([, count]) => count === 1).map(([name]) => name));
  for (const segment of [...segments].sort()) {
    const name = nameOf(segment);
    names.set(segment, counts.get(name) === 1 ? name : freeName(spelledOut(segment), taken));
  }
  return names;
}

/** Python has its own meaning for two underscores in front. */
function nameOf(segment: string): string {
  const near = segment.replace(/[-.]/g, "_").replace(/^_{2,}/, "_");
  const name = near.startsWith(SUBCLASS) ? near.slice(1) : near;
  if (/^[0-9]/.test(name)) return `_${name}`;
  return RESERVED.has(name) ? `${name}_` : name;
}

/** A segment with each sign that is no letter or digit by its number, and the first one too where it may not begin a name. */
function spelledOut(segment: string): string {
  const name = segment.replace(/[^A-Za-z0-9]/g, numberOf);
  return /^[0-9]/.test(name) || RESERVED.has(name) ? name.replace(/^./, numberOf) : name;
}

const numberOf = (sign: string) => `_x${sign.charCodeAt(0).toString(16)}_`;

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name += "_";
  taken.add(name);
  return name;
}
