import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AppError, canonicalJson, didYouMean, withSortedKeys, type InputError } from '#libs/common';
import { compileTargetProblems } from '#libs/scoring';
import { MAX_CATEGORIES, type BenchmarkDefinition } from './benchmark-definition.js';
import type { CategoryCount } from './benchmark-version.entity.js';
import { scriptOf, type ConversationSpec } from './conversation/conversation-spec.js';
import { ToolCheck } from './conversation/tool-check.js';
import { demandEnough, drawnExamples } from './drawn-examples.js';
import type { Place } from './importing/dataset-row.js';
import { compilePrompt } from './prompt/prompt.js';
import { sampleBatches } from './sample-batches.js';
import { toSample } from './sample.entity.js';
import type { Sample } from './sample.js';

/** A sample read from wherever it came from, or why it could not be. */
export type SampleRow = (Place & { sample: Sample }) | { errors: InputError[] };

/** Of one version: one by one, or where they have to be waited for, in batches. */
export type SampleRows = Iterable<SampleRow> | AsyncIterable<SampleRow[]>;

/** Samples that are stored by one statement, */
const BATCH = 1000;
/** and about how many characters: with fewer, Postgres waits more often for the reader to come round to its answer. */
const BATCH_CHARACTERS = 512 * 1024;
const MAX_REPORTED = 20;
/** Batches that wait for Postgres, so that neither it nor the reader stands idle for the other. */
const MAX_QUEUED = 4;
const MAX_SPLITS = 100;
/** Of the first sample that is not scored: the smallest of a Postgres integer. */
const FIRST_UNSCORED = -(2 ** 31);

/** Of the text that was hashed anyway: an array of each column costs the service twice as much. */
const INSERT_SAMPLES = `
INSERT INTO samples (benchmark_version_id, ordinal, sample_id, input, targets, choices, category, split, tags, metadata)
SELECT $1, sample.* FROM ROWS FROM (
  unnest($2::int[]),
  json_to_recordset($3) AS (id text, input text, targets jsonb, choices jsonb, category text, split text, tags jsonb,
    metadata jsonb)
) AS sample
ON CONFLICT (benchmark_version_id, sample_id) DO NOTHING
RETURNING ordinal`;

interface Numbered extends Place {
  ordinal: number;
  sample: Sample;
  json: string;
}

/**
 * Streams samples into one new version, in memory that does not grow with them. It goes on after a bad one, so that
 * one answer tells of them all; the caller's transaction undoes what was stored.
 */
export class VersionWriter {
  private readonly hash = createHash('sha256');
  /** Of samples that are not scored: how a file mixes them with the others is not kept, so it is no content. */
  private readonly unscoredHash = createHash('sha256');
  private readonly prompt;
  private readonly targetProblems;
  private readonly toolCheck = new ToolCheck();
  private readonly split: string | undefined;
  /** Those that samples may have, where the definition lists them. */
  private readonly listed: Set<string> | undefined;
  private readonly categories = new Map<string, number>();
  private readonly splits = new Map<string, number>();
  private readonly errors: InputError[] = [];
  private batch: Numbered[] = [];
  private batchCharacters = 0;
  /** The batches that Postgres is at or has before it, one after the other, while more are read. */
  private readonly queue: Promise<void>[] = [];
  private scored = 0;
  private unscored = 0;
  /** Counted among those until something was found wrong with them. */
  private recanted = 0;
  private bad = 0;

  constructor(
    private readonly manager: EntityManager,
    private readonly versionId: string,
    private readonly definition: BenchmarkDefinition,
  ) {
    this.prompt = compilePrompt(definition.prompt);
    this.targetProblems = compileTargetProblems(definition.scoring);
    this.split = definition.split;
    this.listed = definition.categories && new Set(definition.categories.map(({ name }) => name));
    this.hash.update(canonicalJson(definition));
  }

  /**
   * @throws AppError `invalid_samples` listing what is wrong where, and how many samples were good; `invalid_tool` of
   * the benchmark.
   */
  async write(rows: SampleRows) {
    await this.checkTools();
    try {
      for await (const batch of Symbol.asyncIterator in rows ? rows : [rows]) {
        for (const row of batch) {
          const errors = 'errors' in row ? row.errors : this.problemsOf(row);
          if (this.definition.conversation && 'sample' in row)
            errors.push(...(await this.scriptProblems(this.definition.conversation, row)));
          if (errors.length > 0) this.reject(errors);
          else if ('sample' in row && this.accept(row)) await this.flush();
        }
      }
      await this.flush();
    } finally {
      // Whatever failed: nothing of this may reach the transaction after its end.
      await this.queue.at(-1);
    }
    if (this.bad > 0) throw this.invalid();
    if (this.scored === 0) throw this.nothingScored();
    await this.checkDrawnExamples();
    if (this.unscored > 0) this.hash.update(`\n${this.unscoredHash.digest('hex')}`);
    return {
      contentHash: this.hash.digest('hex'),
      sampleCount: this.scored,
      categories: this.countedCategories(),
      splits: counted(this.splits),
    };
  }

  private async checkTools(): Promise<void> {
    const problems = await this.toolCheck.problems(this.definition.conversation?.tools ?? []);
    if (problems.length === 0) return;
    throw AppError.invalid(
      'invalid_tool',
      `A tool of the benchmark is wrong: ${problems.join('; ')}. Mend it.`,
    );
  }

  /**
   * Few-shot examples of a split are known once all samples are stored, and only then what the templates make of them.
   * @throws AppError `few_shot_split_too_small`, `invalid_samples`
   */
  private async checkDrawnExamples(): Promise<void> {
    if (!this.drawsExamples) return;
    const drawn = await drawnExamples(this.manager, this.versionId, this.definition);
    demandEnough(drawn, this.definition);
    const prompt = compilePrompt(this.definition.prompt, drawn);
    for await (const batch of sampleBatches(this.manager, this.versionId, 'scored')) {
      for (const row of batch) {
        const problems = prompt.problems(toSample(row));
        if (problems.length === 0) continue;
        this.recanted++;
        this.reject(problems.map((message) => ({ message, sample_id: row.sampleId })));
      }
    }
    if (this.bad > 0) throw this.invalid();
  }

  private get drawsExamples(): boolean {
    return this.definition.prompt.few_shot?.split !== undefined;
  }

  private isScored({ split }: Sample): boolean {
    return this.split === undefined || this.split === split;
  }

  private problemsOf({ sample, line, row }: Place & { sample: Sample }): InputError[] {
    // What is not scored is never asked, so that the prompt may read what only scored samples have.
    const asked = this.isScored(sample) && !this.drawsExamples ? this.prompt.problems(sample) : [];
    const problems = [...asked, ...this.targetProblems(sample)];
    const { category } = sample;
    if (this.listed && category !== undefined && !this.listed.has(category)) {
      problems.push(
        `The category "${category}" is not among those that the definition lists. ${didYouMean(category, [...this.listed])}`,
      );
    }
    if (isOneTooMany(this.categories, sample.category, MAX_CATEGORIES)) {
      problems.push(`There are more than ${MAX_CATEGORIES} categories. Keep what is finer in metadata.`);
    }
    if (isOneTooMany(this.splits, sample.split, MAX_SPLITS)) {
      problems.push(`There are more than ${MAX_SPLITS} splits. Keep what is finer in tags or metadata.`);
    }
    return problems.map((message) => ({ message, ...placeOf({ line, row }), sample_id: sample.id }));
  }

  /** Of a sample's conversation. */
  private async scriptProblems(
    conversation: ConversationSpec,
    { sample, line, row }: Place & { sample: Sample },
  ): Promise<InputError[]> {
    const parsed = scriptOf(conversation, sample.metadata);
    const problems =
      'problems' in parsed ? parsed.problems : await this.toolCheck.problems(parsed.script.tools);
    return problems.map((message) => ({ message, ...placeOf({ line, row }), sample_id: sample.id }));
  }

  private reject(errors: InputError[]): void {
    this.bad++;
    this.errors.push(...errors.slice(0, MAX_REPORTED - this.errors.length));
  }

  /** @returns whether the batch is full. */
  private accept({ sample, line, row }: Place & { sample: Sample }): boolean {
    const isScored = this.isScored(sample);
    const ordinal = isScored ? this.scored++ : FIRST_UNSCORED + this.unscored++;
    const json = canonicalSample(sample);
    this.batch.push({ ordinal, line, row, sample, json });
    (isScored ? this.hash : this.unscoredHash).update(`\n${json}`);
    this.batchCharacters += json.length;
    if (isScored) count(this.categories, sample.category);
    count(this.splits, sample.split);
    return this.batch.length >= BATCH || this.batchCharacters >= BATCH_CHARACTERS;
  }

  /** Queues the batch for Postgres, and waits where it has enough before it. */
  private async flush(): Promise<void> {
    const batch = this.batch;
    this.batch = [];
    this.batchCharacters = 0;
    const before = this.queue.at(-1) ?? Promise.resolve();
    const stored = before.then(() => this.store(batch));
    // Whoever waits for it learns of its failure.
    stored.catch(() => undefined);
    this.queue.push(stored);
    if (this.queue.length > MAX_QUEUED) await this.queue.shift();
  }

  private async store(batch: Numbered[]): Promise<void> {
    if (batch.length === 0) return;
    const inserted: { ordinal: number }[] = await this.manager.query(INSERT_SAMPLES, [
      this.versionId,
      batch.map(({ ordinal }) => ordinal),
      `[${batch.map(({ json }) => json).join(',')}]`,
    ]);
    if (inserted.length === batch.length) return;
    const stored = new Set(inserted.map(({ ordinal }) => ordinal));
    for (const { ordinal, line, row, sample } of batch) {
      if (stored.has(ordinal)) continue;
      this.recanted++;
      const message = `The sample id "${sample.id}" was used before; ids are unique.`;
      this.reject([{ message, ...placeOf({ line, row }), sample_id: sample.id }]);
    }
  }

  private countedCategories(): CategoryCount[] {
    const { categories } = this.definition;
    return (
      categories?.map((listed) => ({ ...listed, samples: this.categories.get(listed.name) ?? 0 })) ??
      counted(this.categories)
    );
  }

  private invalid(): AppError {
    const good = this.scored + this.unscored - this.recanted;
    const [first] = this.errors;
    return AppError.invalid(
      'invalid_samples',
      `${this.bad} of ${good + this.bad} samples are wrong, so nothing was stored.${whereIs(first)} Mend them and send all again.`,
      this.errors,
      { good_samples: good, bad_samples: this.bad },
    );
  }

  private nothingScored(): AppError {
    if (this.unscored === 0) {
      return AppError.invalid('no_samples', 'There is no sample in it; a benchmark needs at least one.');
    }
    const found = counted(this.splits).map(({ name, samples }) => `"${name}" (${samples})`);
    return AppError.invalid(
      'no_samples',
      `No sample is of the split "${this.split}", which is the one to score; there are ${found.join(', ') || 'none with a split'}.`,
    );
  }
}

/** Its canonical JSON, in about half of the time: the keys of a sample are known. */
function canonicalSample({ category, choices, id, input, metadata, split, tags, targets }: Sample): string {
  const sorted = { category, choices, id, input, metadata: withSortedKeys(metadata), split, tags, targets };
  return JSON.stringify(sorted satisfies Record<keyof Sample, unknown>);
}

const placeOf = ({ line, row }: Place): Place => ({
  ...(line !== undefined && { line }),
  ...(row !== undefined && { row }),
});

function whereIs({ line, row }: Place = {}): string {
  if (line !== undefined) return ` The first is on line ${line}.`;
  return row === undefined ? '' : ` The first is row ${row}.`;
}

const isOneTooMany = (counts: Map<string, number>, name: string | undefined, limit: number): boolean =>
  name !== undefined && counts.size === limit && !counts.has(name);

function count(counts: Map<string, number>, name: string | undefined): void {
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
}

const counted = (counts: Map<string, number>) => [...counts].map(([name, samples]) => ({ name, samples }));
