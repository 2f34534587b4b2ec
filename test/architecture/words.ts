// The retired words as data, and the search for them in texts and in the names that we declare.

/** Words and codes that may stand nowhere: in no comment, string, document or name. */
export const FORBIDDEN: readonly string[] = [
  ...[
    "whoever",
    "nobody",
    "somebody",
    "anybody",
    "farewell",
    "courtesy",
    "upkeep",
    "goodbye",
    "house",
    "houses",
  ],
  ...["agenda", "retable", "retabled", "soundness", "verdict", "verdicts", "homeless"],
  ...["those who", "is told", "are told", "told of", "is born", "are born", "says goodbye"],
  ...["STORE_AWAY", "LEASE_NONE", "DISPATCH_OVER", "ORIGIN_FILE", "windows.commitments"],
];

/**
 * Words that may not be, begin or end a name that we declare (a function, variable, type, property, parameter, file or
 * folder), as whole words of camelCase, kebab-case or SNAKE_CASE.
 */
export const RETIRED_IN_NAMES: ReadonlySet<string> = new Set([
  ...["house", "room", "rooms", "wall", "walls", "door", "doors"],
  ...["family", "families", "member", "members", "roll", "seat", "seats", "farewell", "courtesy"],
  ...["patience", "patient", "keeping", "keeper", "repeats", "stretch", "stretches", "agenda"],
  ...[
    "life",
    "lives",
    "story",
    "stories",
    "grounds",
    "verdict",
    "verdicts",
    "upkeep",
    "seam",
    "seams",
  ],
  ...["soundness", "receipt", "receipts", "entrance", "admission", "replay", "replays", "away"],
  ...["tell", "tells", "told", "ask", "asks", "asked", "asker", "nobody", "somebody", "whoever"],
  ...["goodbye", "born", "homeless", "retable", "helper", "helpers"],
  // Words of the market: they mean market things from now on.
  ...["bid", "bids", "book", "books", "position", "positions", "settle", "settled", "settles"],
  ...["desk", "desks", "ledger", "ledgers", "commitment", "commitments", "mark", "marks"],
]);

/** Names of two words that are retired as a whole. */
const RETIRED_PAIRS = /(^|[a-z])(?:[Gg]o(?:Over|On)|[Mm]oveOn|[Tt]akeUp)(?![a-z])/;

interface Exception {
  /** The names or texts that are meant. */
  readonly matches: RegExp;
  /** The files in which they are meant; left out: all. */
  readonly in?: RegExp;
  readonly reason: string;
}

/** Files that are left out as a whole. */
export const LEFT_OUT: readonly Exception[] = [
  { matches: /^src\/store\/database\/migrations\//, reason: "a released migration never changes" },
  { matches: /^web\/.*\.css$/, reason: "words of CSS" },
  { matches: /^web\/dashboard\/operations\.ts$/, reason: "generated from operations.graphql" },
  { matches: /^test\/architecture\/words(\.test)?\.ts$/, reason: "the lists themselves" },
  {
    matches: /^(CHANGELOG\.md|test\/architecture\/breaking-changes\.txt)$/,
    reason: "names old and new",
  },
];

export const NAME_EXCEPTIONS: readonly Exception[] = [
  { matches: /^(createRollUp|RollUp|rollUp|roll-up)$/, reason: "a roll-up, as OLAP has it" },
  { matches: /[Bb]yteOrderMark|BYTE_ORDER_MARK/, reason: "a term of Unicode" },
  { matches: /^(high|HIGH_)?[wW]aterMark$/, reason: "an option of Node's streams" },
  {
    matches: /^family$/,
    in: /transport\/client-address\.ts$/,
    reason: "an option of Node's SocketAddress",
  },
  { matches: /^GOING_AWAY$/, reason: "the name of WebSocket close code 1001" },
  { matches: /^positions$/, in: /^src\/api\/graphql\//, reason: "a field of GraphQLError" },
  { matches: /^position$/, in: /\.(tsx|css)$/, reason: "a property of CSS" },
];

export const TEXT_EXCEPTIONS: readonly Exception[] = [
  {
    matches: /"nobody"|nobody of macOS/,
    in: /embedded-postgres\/(account|run)\.ts$/,
    reason: "the name of a Unix user",
  },
];

/**
 * How the market's words are admitted: a file below one of these folders may use them. Each module of the market adds
 * its folder here with its first file.
 */
const MARKET_FOLDERS: readonly RegExp[] = [
  /^(src|test)\/(domain\/plan|optimiser|services\/plan)\//,
  /^(src|test)\/(support\/plan-|cli\/optimise|config\/prices-file)/,
];
const MARKET_WORDS = new Set([
  ...["bid", "bids", "book", "books", "position", "positions", "settle", "settled", "settles"],
  ...["desk", "desks", "ledger", "ledgers"],
]);

/** The forbidden words that a text holds, each with its line. */
export function forbiddenIn(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) =>
    FORBIDDEN.filter((word) => holds(line, word))
      .filter(() => !isExcepted(TEXT_EXCEPTIONS, path, line))
      .map((word) => `${path}:${index + 1}: ${word}`),
  );
}

/** Whether a line holds a word, also as a part of a camelCase name. */
function holds(line: string, word: string): boolean {
  if (/[_.]/.test(word)) return line.includes(word);
  if (word.includes(" ")) return new RegExp(`\\b${word}\\b`, "i").test(line);
  const capital = word.charAt(0).toUpperCase() + word.slice(1);
  return new RegExp(
    `(?<![A-Za-z])(?:${word}|${capital})(?![a-z])|(?<=[a-z])${capital}(?![a-z])|(?<![A-Za-z])${word.toUpperCase()}(?![A-Za-z])`,
  ).test(line);
}

/** The retired names that a source declares, and retired parts of its path. */
export function retiredNamesIn(path: string, text: string): string[] {
  const ofPath = path.replace(/(\.test|\.config)?\.[a-z]+$/, "").split("/");
  const names = new Set([...ofPath, ...(/\.(tsx?|mjs)$/.test(path) ? declaredNames(text) : [])]);
  return [...names].filter((name) => isRetired(path, name)).map((name) => `${path}: ${name}`);
}

function isRetired(path: string, name: string): boolean {
  const isMarket = MARKET_FOLDERS.some((folder) => folder.test(path));
  const words = wordsOf(name);
  const found = [words[0], words.at(-1)].some(
    (word) => RETIRED_IN_NAMES.has(word ?? "") && !(isMarket && MARKET_WORDS.has(word ?? "")),
  );
  return (found || RETIRED_PAIRS.test(name)) && !isExcepted(NAME_EXCEPTIONS, path, name);
}

function isExcepted(exceptions: readonly Exception[], path: string, text: string): boolean {
  return exceptions.some(
    ({ matches, in: files }) => matches.test(text) && (files === undefined || files.test(path)),
  );
}

/** The words of a name in lower case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

const NAME = "[A-Za-z_$][\\w$]*";
/** Where names are declared: by keyword, as a property or parameter with a type or value, and as a bare parameter. */
const DECLARATIONS: readonly RegExp[] = [
  new RegExp(`\\b(?:const|let|var|function\\*?|class|interface|type|enum)\\s+(${NAME})`, "g"),
  new RegExp(`(?:^|[{,(])\\s*(?:readonly |private |static )*(${NAME})\\??\\s*:(?!:)`, "gm"),
  new RegExp(`^\\s*(?:async |get |set |static )*(${NAME})\\(.*\\)(?:: [^{]*)?[{;]$`, "gm"),
  new RegExp(`(?:^|[^\\w$.])(${NAME})\\s*=>`, "g"),
];
/** Lists of names between brackets: bare parameters of an arrow function, and destructured variables. */
const LISTS: readonly RegExp[] = [
  /\(([\w$\s,]*)\)\s*=>/g,
  /\b(?:const|let|var)\s*\[([\w$\s,]*)\]\s*=/g,
  /\bfor \((?:const|let) \[([\w$\s,]*)\] of/g,
];
const KEYWORDS = new Set(["if", "for", "while", "switch", "catch", "return", "function", "async"]);

/** The names that a source declares, found without a parser: by the places in which declarations stand. */
export function declaredNames(text: string): string[] {
  const code = withoutTexts(text);
  const single = DECLARATIONS.flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[1] as string),
  );
  const listed = LISTS.flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap((match) => (match[1] as string).split(/[\s,]+/)),
  );
  return [...single, ...listed].filter((name) => name !== "" && !KEYWORDS.has(name));
}

/** A source without comments and without the content of its strings. */
function withoutTexts(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/gm,
    (match) => (/^["']/.test(match) ? '""' : ""),
  );
}

/** Whether a source begins with a comment that says what the file is. */
export function beginsWithPurpose(text: string): boolean {
  return /^(?:#!.*\n)?(?:\/\/ |\/\*\*(?: |\n \* )|<!-- |# )\S/.test(text);
}
