import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { MAX_PAGE, type Page } from '#libs/common';

export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(20),
  cursor: z.string().max(500).optional().describe('`next_cursor` of the page before'),
});

export class PageQuery extends createZodDto(pageQuerySchema) {}

/** @param name of the item in the OpenAPI document. */
export const pageOf = <T extends z.ZodType>(item: T, name: string) =>
  z.object({ items: z.array(item.meta({ id: name })), next_cursor: z.string().nullable() });

/** A page as JSON. */
export const toPageJson = <T, J>(page: Page<T>, toJson: (item: T) => J) => ({
  items: page.items.map(toJson),
  next_cursor: page.nextCursor,
});
