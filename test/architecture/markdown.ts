// Reads the code blocks of a Markdown page, and runs what they show.
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
