import { useCallback } from 'react';

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** What `query.useInfiniteQuery` has to know of the API's pages. */
export const BY_CURSOR = {
  initialPageParam: null as string | null,
  getNextPageParam: ({ next_cursor }: Page<unknown>) => next_cursor,
};

export const itemsOf = <T>({ pages }: { pages: Page<T>[] }): T[] => pages.flatMap(({ items }) => items);

interface Pages {
  hasNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** `onEnd` of a DataTable whose rows come in pages. */
export function useNextPage({ hasNextPage, fetchNextPage }: Pages): (() => void) | undefined {
  const next = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return hasNextPage ? next : undefined;
}
