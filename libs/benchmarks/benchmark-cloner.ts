import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError, newId } from '#libs/common';
import type { BenchmarkHeader } from './benchmark-definition.js';
import { BenchmarksService, type ResolvedBenchmark } from './benchmarks.service.js';

const SAMPLE_COLUMNS = 'ordinal, sample_id, input, targets, choices, category, split, tags, metadata';

/** Makes new benchmarks of versions that there are. */
@Injectable()
export class BenchmarkCloner {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly benchmarks: BenchmarksService,
  ) {}

  /**
   * A benchmark whose first version has the content of that one. Postgres copies the samples.
   * @throws AppError `benchmark_exists`
   */
  async clone(
    workspaceId: string,
    { benchmark, version }: ResolvedBenchmark,
    { name, title }: Pick<BenchmarkHeader, 'name' | 'title'>,
  ): Promise<ResolvedBenchmark> {
    const [id, versionId] = [newId(), newId()];
    await this.dataSource.transaction(async (manager) => {
      const made = await manager.query<unknown[]>(
        `INSERT INTO benchmarks (id, workspace_id, name, title, description, cloned_from) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, name) DO NOTHING RETURNING id`,
        [
          id,
          workspaceId,
          name,
          title ?? benchmark.title,
          benchmark.description,
          { benchmark: benchmark.name, version: version.version, version_id: version.id },
        ],
      );
      if (made.length === 0) {
        throw AppError.conflict(
          'benchmark_exists',
          `There is a benchmark "${name}" already, perhaps in the archive. Choose another name.`,
        );
      }
      await manager.query(
        `INSERT INTO benchmark_versions (id, benchmark_id, version, content_hash, definition, sample_count, categories, splits)
         SELECT $1, $2, 1, content_hash, definition, sample_count, categories, splits FROM benchmark_versions WHERE id = $3`,
        [versionId, id, version.id],
      );
      await manager.query(
        `INSERT INTO samples (benchmark_version_id, ${SAMPLE_COLUMNS})
         SELECT $1, ${SAMPLE_COLUMNS} FROM samples WHERE benchmark_version_id = $2`,
        [versionId, version.id],
      );
    });
    await this.benchmarks.forget(workspaceId);
    return this.benchmarks.resolve(workspaceId, id);
  }
}
