import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AppError, canonicalJson, storableJson, storableText, type InputError } from '#libs/common';
import { compileTargetProblems } from '#libs/scoring';
import type { BenchmarkDefinition } from './benchmark-definition.js';
import { scriptOf } from './conversation/conversation-spec.js';
import { compilePrompt } from './prompt/prompt.js';
import type { Sample } from './sample.js';

/** A sample read from wherever it came from, or why it could not be. */
export type SampleRow = { line?: number; sample: Sample } | { errors: InputError[] };

const BATCH = 1000;
const MAX_REPORTED = 20;
/** Each is a line of every list, rollup and report. */
const MAX_CATEGORIES = 1000;

const INSERT_SAMPLES = `
INSERT INTO samples (benchmark_version_id, ordinal, sample_id, input, targets, choices, category, metadata)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::text[], $8::jsonb[])
ON CONFLICT (benchmark_version_id, sample_id) DO NOTHING
RETURNING ordinal`;

interface Numbered {
  ordinal: number;
  line?: number;
  sample: Sample;
}

/**
 * Streams samples into one new version, in memory that does not grow with them. It goes on after a bad one, so that
 * one answer tells of them all; the caller's transaction undoes what was stored.
 */
export class VersionWriter {
  private readonly hash = createHash('sha256');
  private readonly prompt;
  private readonly targetProblems;
  private readonly categories = new Map<string, number>();
  private readonly errors: InputError[] = [];
  private batch: Numbered[] = [];
  private good = 0;
  private bad = 0;

  constructor(
    private readonly manager: EntityManager,
    private readonly versionId: string,
    private readonly definition: BenchmarkDefinition,
  ) {
    this.prompt = compilePrompt(definition.prompt);
    this.targetProblems = compileTargetProblems(definition.scoring);
    this.hash.update(canonicalJson(definition));
  }

  /** @throws AppError `invalid_samples` listing what is wrong where, and how many samples were good. */
  async write(rows: AsyncIterable<SampleRow> | Iterable<SampleRow>) {
    for await (const row of rows) {
      const errors = 'errors' in row ? row.errors : this.problemsOf(row);
      if (errors.length > 0) this.reject(errors);
      else if ('sample' in row) await this.accept(row);
    }
    await this.flush();
    if (this.bad > 0) throw this.invalid();
    if (this.good === 0) {
      throw AppError.invalid('no_samples', 'There is no sample in it; a benchmark needs at least one.');
    }
    return {
      contentHash: this.hash.digest('hex'),
      sampleCount: this.good,
      categories: [...this.categories].map(([name, samples]) => ({ name, samples })),
    };
  }

  private problemsOf({ line, sample }: { line?: number; sample: Sample }): InputError[] {
    const problems = [...this.prompt.problems(sample), ...this.targetProblems(sample)];
    const { conversation } = this.definition;
    const script = conversation && scriptOf(conversation, sample.metadata);
    if (script && 'problems' in script) problems.push(...script.problems);
    if (this.hasTooManyCategories(sample)) {
      problems.push(`There are more than ${MAX_CATEGORIES} categories. Keep what is finer in metadata.`);
    }
    return problems.map((message) => ({
      message,
      line,
      sample_id: sample.id,
    }));
  }

  private hasTooManyCategories({ category }: Sample): boolean {
    return (
      category !== undefined && !this.categories.has(category) && this.categories.size === MAX_CATEGORIES
    );
  }

  private reject(errors: InputError[]): void {
    this.bad++;
    this.errors.push(...errors.slice(0, MAX_REPORTED - this.errors.length));
  }

  private async accept({ line, sample }: { line?: number; sample: Sample }): Promise<void> {
    this.batch.push({ ordinal: this.good++, line, sample });
    this.hash.update('\n').update(canonicalJson(sample));
    if (sample.category !== undefined) {
      this.categories.set(sample.category, (this.categories.get(sample.category) ?? 0) + 1);
    }
    if (this.batch.length >= BATCH) await this.flush();
  }

  private async flush(): Promise<void> {
    const batch = this.batch;
    this.batch = [];
    if (batch.length === 0) return;
    const inserted: { ordinal: number }[] = await this.manager.query(INSERT_SAMPLES, [
      this.versionId,
      batch.map(({ ordinal }) => ordinal),
      batch.map(({ sample }) => storableText(sample.id)),
      batch.map(({ sample }) => storableText(sample.input)),
      batch.map(({ sample }) => storableJson(sample.targets)),
      batch.map(({ sample }) => storableJson(sample.choices)),
      batch.map(({ sample }) => (sample.category === undefined ? null : storableText(sample.category))),
      batch.map(({ sample }) => storableJson(sample.metadata)),
    ]);
    if (inserted.length === batch.length) return;
    const stored = new Set(inserted.map(({ ordinal }) => ordinal));
    for (const { ordinal, line, sample } of batch) {
      if (stored.has(ordinal)) continue;
      this.good--;
      this.reject([
        {
          message: `The sample id "${sample.id}" was used before; ids are unique.`,
          line,
          sample_id: sample.id,
        },
      ]);
    }
  }

  private invalid(): AppError {
    const [first] = this.errors;
    const where = first?.line === undefined ? '' : ` The first is on line ${first.line}.`;
    return AppError.invalid(
      'invalid_samples',
      `${this.bad} of ${this.good + this.bad} samples are wrong, so nothing was stored.${where} Mend them and send all again.`,
      this.errors,
      { good_samples: this.good, bad_samples: this.bad },
    );
  }
}
