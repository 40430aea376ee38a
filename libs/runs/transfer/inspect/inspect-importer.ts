import { Injectable } from '@nestjs/common';
import { plainBytes, type Omission } from '#libs/benchmarks';
import { AppConfig } from '#libs/config';
import { RunImporter, type ImportedRun } from '../run-importer.js';
import { toRunFile } from './inspect-run-file.js';

/** Eval logs of Inspect AI as finished runs: changed into run files, and those imported. */
@Injectable()
export class InspectImporter {
  constructor(
    private readonly importer: RunImporter,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param name of the benchmark; unset, that of the task.
   * @throws AppError about the log, and what `RunImporter.import` throws.
   */
  async import(
    workspaceId: string,
    file: { name: string; bytes: AsyncIterable<Buffer> },
    name?: string,
  ): Promise<ImportedRun & { omissions: Omission[] }> {
    const { head, all, close } = await plainBytes(file, this.config.datasets.limitBytes);
    try {
      const runFile = await toRunFile({ head, bytes: all }, name);
      try {
        return {
          ...(await this.importer.importLines(workspaceId, runFile.lines)),
          omissions: runFile.omissions,
        };
      } finally {
        await runFile.close();
      }
    } finally {
      await close();
    }
  }
}
