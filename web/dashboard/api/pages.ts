// The reader of all pages of a list.
import type { PageFragment } from "./operations.ts";

interface Page<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: PageFragment;
}

/** @param readPage Reads the page after a cursor; undefined where there is no such list. */
export async function readPages<T>(
  readPage: (after: string | null) => Promise<Page<T> | undefined>,
): Promise<T[]> {
  const all: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> | undefined = await readPage(after);
    if (page === undefined) break;
    all.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}
