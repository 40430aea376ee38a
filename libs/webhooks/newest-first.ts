import type { SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { decodeCursor, toPage, type Page, type PageRequest } from '#libs/common';

/** A page of what the query finds: ids sort by time. */
export async function newestFirst<T extends { id: string }>(
  query: SelectQueryBuilder<T>,
  page: PageRequest,
): Promise<Page<T>> {
  const id = `${query.alias}.id`;
  query.orderBy(id, 'DESC').limit(page.limit + 1);
  if (page.cursor !== undefined) {
    const [before] = decodeCursor(page.cursor, z.tuple([z.uuid()]));
    query.andWhere(`${id} < :before`, { before });
  }
  return toPage(await query.getMany(), page.limit, (row) => [row.id]);
}
