// Relay connections: the types of a page, and the pages of a list.
import type { ObjectRef } from "@pothos/core";
import { builder } from "./builder.ts";
import { readCursor, readFirst, writeCursor } from "./inputs.ts";

/** One page of a list, with the cursor of each item. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page of a list whose length is known. */
export interface CountedPage<T> extends Page<T> {
  readonly totalCount: number;
}

/** Items of a page where `first` is left out. */
export const DEFAULT_FIRST = 50;

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

const PageInfo = builder.objectRef<Page<unknown>>("PageInfo").implement({
  description: "Where a page lies in its list.",
  fields: (t) => ({
    hasNextPage: t.exposeBoolean("hasNextPage", { description: "Whether more follows." }),
    hasPreviousPage: t.exposeBoolean("hasPreviousPage", { description: "Whether some precede." }),
    startCursor: t.string({
      description: "Cursor of the first item; null on an empty page.",
      nullable: true,
      resolve: ({ edges }) => edges[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      description:
        "Cursor of the last item: as `after`, the next page begins; null on an empty page.",
      nullable: true,
      resolve: ({ edges }) => edges.at(-1)?.cursor ?? null,
    }),
  }),
});

/** Defines the connection of a type. */
export function connectionOf<T, P extends Page<T> = Page<T>>(
  name: string,
  node: ObjectRef<Types, T>,
) {
  const Edge = builder.objectRef<Page<T>["edges"][number]>(`${name}Edge`).implement({
    description: `One item of a ${name}Connection.`,
    fields: (t) => ({
      cursor: t.exposeString("cursor", {
        description: "Opaque: as `after`, the page begins with the next item.",
      }),
      node: t.field({
        type: node,
        description: "The item.",
        resolve: (edge) => edge.node as never,
      }),
    }),
  });
  return builder.objectRef<P>(`${name}Connection`).implement({
    description: `A page of ${name} items.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        description: "The items with their cursors.",
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [node],
        description: "The items.",
        resolve: ({ edges }) => edges.map((edge) => edge.node) as never,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: "Where the page lies in the list.",
        resolve: (page) => page,
      }),
    }),
  });
}

/** The arguments of a list of which `pageOf` makes pages. */
export const pageArgs = builder.args((t) => ({
  first: t.int({ defaultValue: DEFAULT_FIRST, description: "How many at most, 0 to 500." }),
  after: t.string({ description: "Cursor of the item that precedes the page." }),
}));

export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/**
 * A page of a list that is in the order of its ids. A cursor stays valid while items are added and removed,
 * also when its own item is removed.
 *
 * @param kind The kind of the items: a cursor of another kind is refused.
 */
export function pageOf<T extends { readonly id: string }>(
  kind: string,
  items: readonly T[],
  { first, after }: PageArgs,
): CountedPage<T> {
  const count = readFirst(first, DEFAULT_FIRST);
  const start = after == null ? 0 : firstAbove(items, readCursor(after, kind));
  const end = Math.min(start + count, items.length);
  return {
    edges: items.slice(start, end).map((node) => ({ cursor: writeCursor(kind, node.id), node })),
    hasNextPage: end < items.length,
    hasPreviousPage: start > 0,
    totalCount: items.length,
  };
}

function firstAbove(items: readonly { readonly id: string }[], id: string): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.id ?? "") > id) high = middle;
    else low = middle + 1;
  }
  return low;
}
