import type { EntityManager } from 'typeorm';
import { SampleEntity } from './sample.entity.js';

const BATCH = 1000;

/** The samples of a version that are scored, or the others, in dataset order; a batch is held at a time. */
export async function* sampleBatches(
  manager: EntityManager,
  versionId: string,
  kind: 'scored' | 'unscored',
): AsyncGenerator<SampleEntity[]> {
  for (let after = kind === 'scored' ? -1 : -(2 ** 31) - 1; ;) {
    const batch = await manager
      .createQueryBuilder(SampleEntity, 'sample')
      .where('sample.benchmarkVersionId = :versionId', { versionId })
      .andWhere(`sample.ordinal > :after::bigint AND sample.ordinal ${kind === 'scored' ? '>=' : '<'} 0`, {
        after,
      })
      .orderBy('sample.ordinal')
      .limit(BATCH)
      .getMany();
    const last = batch.at(-1);
    if (!last) return;
    after = last.ordinal;
    yield batch;
  }
}
