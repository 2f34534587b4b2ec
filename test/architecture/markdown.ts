// Reads the code blocks, the links and the anchors of a Markdown page, and runs what its blocks show.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Block {
  readonly language: string;
  readonly text: string;
}

/** All code blocks in these languages, in order. */
export function blocksOf(markdown: string, languages: RegExp): Block[] {
  const pattern = new RegExp(`^\`\`\`(${languages.source})\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...markdown.matchAll(pattern)].map(([, language, text]) => ({
    language: language as string,
    text: text as string,
  }));
}

/** A page without its code blocks. */
function proseOf(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, "");
}

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** The anchors of the headings of a page; a number follows one that was there before. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading] of proseOf(markdown).matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = anchorOf(heading as string);
    let free = anchor;
    for (let n = 1; anchors.has(free); n++) free = `${anchor}-${n}`;
    anchors.add(free);
  }
  return anchors;
}

/** The targets of the links and pictures of a page that lie in the project: a path, an anchor, or both. */
export function linksOf(markdown: string): readonly string[] {
  const prose = proseOf(markdown).replace(/`[^`\n]*`/g, "");
  const found = [...prose.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)];
  return found
    .map(([, target, attribute]) => (target ?? attribute) as string)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** A command of a console block, and what it prints. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

export function stepsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...output] = part.split("\n");
      return { command, output: output.join("\n").trim() };
    });
}

/** The lines that a shell command prints, as it prints them. The command ends when its output is closed. */
export async function* linesOf(command: string): AsyncGenerator<string> {
  const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    yield* createInterface({ input: child.stdout });
  } finally {
    child.kill();
  }
}
