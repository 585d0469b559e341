import * as z from 'zod/mini';
import { callApi } from './call-api.ts';

/** Every item of a list, page by page. */
export async function listAll<Item>(
  path: string,
  item: z.ZodMiniType<Item>,
  signal: AbortSignal,
): Promise<Item[]> {
  const page = z.object({ data: z.array(item), next_cursor: z.nullish(z.string()) });
  const items: Item[] = [];
  let cursor: string | null | undefined;
  do {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
    const response = await callApi(path + query, { signal });
    const { data, next_cursor } = page.parse(await response.json());
    items.push(...data);
    cursor = next_cursor;
  } while (cursor);
  return items;
}
