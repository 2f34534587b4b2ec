// The text of a request by which it is known again: a digest, made in turns.
import type { Json } from "../../domain/audit/record.ts";
import { createSpending, inTurns, type Spend } from "../../domain/base/pieces.ts";
import { textOfJson } from "../../domain/data-point/json-text.ts";
import type { GivenValue, GivenWrite } from "../../domain/data-point/write-rules.ts";
import type { WorkTurns } from "../work-turns.ts";
import { costOf, SLICE, VALUE_LENGTH } from "./writes.ts";

/** What a write costs by itself, in values. */
const WRITE_COST = 20;
/** Characters of texts that are digested at once. */
const DIGESTED = 500_000;

export async function textOf(
  given: readonly GivenWrite[],
  author: string,
  digestOf: (text: string) => string,
  turns: WorkTurns,
): Promise<string> {
  const spend = createSpending(SLICE, () => turns.next("begin"));
  let text = digestOf(author);
  for (const { values, ...head } of given) {
    const next = spend(WRITE_COST);
    if (next !== undefined) await next;
    text = digestOf(text + JSON.stringify(head));
    for await (const part of textsOf(values, spend)) text = digestOf(text + part);
  }
  return text;
}

/** The texts of some thousand values each, or of some long ones. */
async function* textsOf(values: readonly GivenValue[], spend: Spend): AsyncGenerator<string> {
  let parts: string[] = [];
  let length = 0;
  for (const value of values) {
    const next = spend(costOf(value.content));
    if (next !== undefined) await next;
    const part = isJson(value) ? await jsonText(value, spend) : JSON.stringify(value);
    length += part.length;
    parts.push(part);
    if (parts.length < SLICE && length < DIGESTED) continue;
    yield `[${parts.join(",")}]`;
    [parts, length] = [[], 0];
  }
  if (parts.length > 0) yield `[${parts.join(",")}]`;
}

function isJson({ content }: GivenValue): boolean {
  return typeof content === "object" && content !== null && "json" in content;
}

/** What is JSON but for its type, which a matrix or a document has by itself. */
function jsonText(value: GivenValue, spend: Spend): Promise<string> {
  return inTurns(textOfJson(value as unknown as Json), (length) => spend(length / VALUE_LENGTH));
}
