import type { SelectQueryBuilder } from 'typeorm';
import type { AuditEntryEntity } from './audit-entry.entity.js';

const BATCH = 1000;

/** All that the query of `entry` finds. By ids, so that no transaction is open for as long as a client takes to read. */
export async function* oldestFirst(
  query: () => SelectQueryBuilder<AuditEntryEntity>,
): AsyncGenerator<AuditEntryEntity> {
  let after: string | undefined;
  for (;;) {
    const next = query().orderBy('entry.id', 'ASC').limit(BATCH);
    if (after !== undefined) next.andWhere('entry.id > :after', { after });
    const entries = await next.getMany();
    yield* entries;
    if (entries.length < BATCH) return;
    after = entries.at(-1)?.id;
  }
}
