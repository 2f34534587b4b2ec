// Reads the code blocks of a Markdown page.

/** The texts of all code blocks in this language, in order. */
export function blocksOf(markdown: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...markdown.matchAll(pattern)].map((match) => match[1] as string);
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
