import { formatId, type IdKind } from './ids.ts';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** UUID of the last item; null on the last page. */
  readonly nextCursor: string | null;
}

/** Reads one item more than the page holds, to know whether another page follows. */
export async function readPage<Item>(options: {
  readonly limit: number;
  readonly read: (limit: number) => Promise<readonly Item[]>;
  readonly idOf: (item: Item) => string;
}): Promise<Page<Item>> {
  const { limit, read, idOf } = options;
  const found = await read(limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? idOf(last) : null };
}

/** The page as the API shows it. */
export function presentPage<Item, Shown>(
  { items, nextCursor }: Page<Item>,
  kind: IdKind,
  present: (item: Item) => Shown,
): { data: Shown[]; next_cursor: string | null } {
  return {
    data: items.map((item) => present(item)),
    next_cursor: nextCursor === null ? null : formatId(kind, nextCursor),
  };
}
