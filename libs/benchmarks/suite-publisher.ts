import { Injectable } from '@nestjs/common';
import { AppError, didYouMean } from '#libs/common';
import { benchmarkDefinitionSchema } from './benchmark-definition.js';
import { BenchmarkPublisher, type PublishedVersion } from './benchmark-publisher.js';
import { BenchmarksService } from './benchmarks.service.js';
import { parseSample } from './sample.js';
import type { Difficulty, SuiteGenerator } from './suites/suite.js';
import { DEFAULT_SUITES, SUITES } from './suites/suites.js';

/** The edition that carries the suite's own name. */
export const DEFAULT_EDITION = { seed: 1, difficulty: 'mixed' } as const satisfies Edition;

export interface Edition {
  seed: number;
  difficulty: Difficulty;
}

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
   * An edition of a suite: under the suite's name for the default one, and with `-<difficulty>` and `-seed-<seed>` for
   * what is not the default, so that nobody's `reasoning-v1` changes.
   * @throws AppError `suite_not_found`
   */
  async publish(workspaceId: string, name: string, { seed, difficulty }: Edition): Promise<PublishedVersion> {
    const suite = SUITES.get(name);
    if (!suite) {
      throw AppError.notFound(
        'suite_not_found',
        `There is no suite "${name}". ${didYouMean(name, [...SUITES.keys()])}`,
      );
    }
    const special = [
      ...(difficulty === DEFAULT_EDITION.difficulty ? [] : [difficulty]),
      ...(seed === DEFAULT_EDITION.seed ? [] : [`seed ${seed}`]),
    ];
    return this.publisher.publish(
      workspaceId,
      {
        name: [name, ...special].join('-').replace(' ', '-'),
        title: special.length === 0 ? suite.title : `${suite.title} (${special.join(', ')})`,
        description: suite.description,
      },
      benchmarkDefinitionSchema.parse({
        prompt: suite.prompt,
        scoring: suite.scoring,
        conversation: suite.conversation,
      }),
      suite.generate(seed, difficulty).map((sample) => parseSample(sample)),
    );
  }

  /** Publishes those of the default suites that the workspace lacks, so that a new service has something to run. */
  async publishMissing(workspaceId: string): Promise<void> {
    const known = new Set((await this.benchmarks.shortList(workspaceId)).map((benchmark) => benchmark.name));
    for (const name of DEFAULT_SUITES) {
      if (!known.has(name)) await this.publish(workspaceId, name, DEFAULT_EDITION);
    }
  }
}
