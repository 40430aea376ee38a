import { Injectable } from '@nestjs/common';
import { AppError, didYouMean } from '#libs/common';
import { benchmarkDefinitionSchema } from './benchmark-definition.js';
import { BenchmarkPublisher, type PublishedVersion } from './benchmark-publisher.js';
import { BenchmarksService } from './benchmarks.service.js';
import { parseSample } from './sample.js';
import type { SuiteGenerator } from './suites/suite.js';
import { SUITES } from './suites/suites.js';

/** The seed of the edition that carries the suite's own name. */
export const DEFAULT_SUITE_SEED = 1;

/** Publishes editions of the built-in suites as benchmarks. */
@Injectable()
export class SuitePublisher {
  constructor(
    private readonly publisher: BenchmarkPublisher,
    private readonly benchmarks: BenchmarksService,
  ) {}

  list(): SuiteGenerator[] {
    return [...SUITES.values()];
  }

  /**
   * The edition of a suite that a seed gives: under the suite's name for the default seed, and under
   * `<name>-seed-<seed>` for any other, so that nobody's `reasoning-v1` changes.
   * @throws AppError `suite_not_found`
   */
  async publish(workspaceId: string, name: string, seed: number): Promise<PublishedVersion> {
    const suite = SUITES.get(name);
    if (!suite) {
      throw AppError.notFound(
        'suite_not_found',
        `There is no suite "${name}". ${didYouMean(name, [...SUITES.keys()])}`,
      );
    }
    const isDefault = seed === DEFAULT_SUITE_SEED;
    return this.publisher.publish(
      workspaceId,
      {
        name: isDefault ? name : `${name}-seed-${seed}`,
        title: isDefault ? suite.title : `${suite.title} (seed ${seed})`,
        description: suite.description,
      },
      benchmarkDefinitionSchema.parse({ prompt: suite.prompt, scoring: suite.scoring }),
      suite.generate(seed).map((sample) => parseSample(sample)),
    );
  }

  /** Publishes the default editions that the workspace lacks, so that a new service has something to run. */
  async publishMissing(workspaceId: string): Promise<void> {
    const known = new Set((await this.benchmarks.shortList(workspaceId)).map((benchmark) => benchmark.name));
    for (const { name } of this.list()) {
      if (!known.has(name)) await this.publish(workspaceId, name, DEFAULT_SUITE_SEED);
    }
  }
}
