import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { isShallow, oneByOne, parseObject, parseSample, readLines, type SampleRow } from '#libs/benchmarks';
import { AppError, isStorable, type InputError } from '#libs/common';
import {
  endLineSchema,
  MAX_RUN_LINE_BYTES,
  RUN_FORMAT,
  runLineSchema,
  sampleLineSchema,
  trialLineSchema,
  type RunLine,
  type TrialLine,
} from './run-file.js';

interface FileLine {
  line: number;
  text: string;
  value: Record<string, unknown>;
}

/** A trial and where it stands. */
export type PlacedTrial = TrialLine & { line: number };

/** Trials that are handed on together, and about how many characters. */
const BATCH = 500;
const BATCH_CHARACTERS = 1024 * 1024;
/** Neither can stand in JSON but by these. */
const PERHAPS_UNSTORABLE = /\\u(0000|d[89a-f])/i;
/** A line has some levels around what a definition or a sample may have. */
const LEVELS_AROUND = 8;

/**
 * Reads a run file from its first line to its last, in this order: `run`, `samples`, `trials`. Whatever is wrong with the
 * file is thrown as `invalid_run_file`, with its line.
 */
export class RunFileReader {
  private readonly lines;
  private readonly hash = createHash('sha256');
  private readonly counts = { samples: 0, trials: 0 };
  /** The line that is read next. */
  private ahead: FileLine | undefined;

  constructor(bytes: AsyncIterable<Buffer | string>) {
    this.lines = oneByOne(readLines(bytes, MAX_RUN_LINE_BYTES))[Symbol.asyncIterator]();
  }

  async run(): Promise<RunLine> {
    const first = await this.next();
    if (first?.value['format'] !== RUN_FORMAT) {
      throw invalid(
        `The first line is not that of a run: {"type": "run", "format": "${RUN_FORMAT}", …}. GET /api/v1/runs/:run_id/export writes such files.`,
        [{ line: 1, message: `format must be "${RUN_FORMAT}"` }],
      );
    }
    return this.take(first, runLineSchema);
  }

  async *samples(): AsyncGenerator<SampleRow[]> {
    for (let line = await this.peek(); line?.value['type'] === 'sample'; line = await this.peek()) {
      const { sample } = this.take(line, sampleLineSchema);
      const parsed = parseSample(sample);
      this.counts.samples++;
      yield 'errors' in parsed
        ? [{ errors: parsed.errors.map((error) => ({ ...error, line: line.line })) }]
        : [{ line: line.line, ...parsed }];
    }
  }

  /** Then checks the end. */
  async *trials(): AsyncGenerator<PlacedTrial[]> {
    let batch: PlacedTrial[] = [];
    let characters = 0;
    for (let line = await this.peek(); line?.value['type'] === 'trial'; line = await this.peek()) {
      batch.push({ ...this.take(line, trialLineSchema), line: line.line });
      characters += line.text.length;
      this.counts.trials++;
      if (batch.length < BATCH && characters < BATCH_CHARACTERS) continue;
      yield batch;
      batch = [];
      characters = 0;
    }
    yield batch;
    await this.end();
  }

  /** Reads what is left to no purpose. */
  async drain(): Promise<void> {
    while ((await this.lines.next()).done !== true);
  }

  private async end(): Promise<void> {
    const sha256 = this.hash.copy().digest('hex');
    const line = await this.next();
    if (!line) {
      throw invalid(
        `The file ends after ${this.counts.samples} samples and ${this.counts.trials} trials without an "end" line: it was cut. Export the run again.`,
      );
    }
    const end = this.take(line, endLineSchema);
    if (end.samples !== this.counts.samples || end.trials !== this.counts.trials) {
      throw invalid(
        `The file has ${this.counts.samples} samples and ${this.counts.trials} trials, and its end says ${end.samples} and ${end.trials}: lines are missing. Export the run again.`,
      );
    }
    if (end.sha256 !== sha256) {
      throw invalid(
        'The checksum in its last line is another: the file was changed or damaged. Export the run again.',
      );
    }
    const more = await this.next();
    if (more)
      throw invalid('There are lines behind the end.', [
        { line: more.line, message: 'stands behind the end' },
      ]);
  }

  private async peek(): Promise<FileLine | undefined> {
    this.ahead ??= await this.read();
    return this.ahead;
  }

  private async next(): Promise<FileLine | undefined> {
    const line = await this.peek();
    if (line) this.pass(line);
    return line;
  }

  private pass(line: FileLine): void {
    this.hash.update(line.text).update('\n');
    this.ahead = undefined;
  }

  private async read(): Promise<FileLine | undefined> {
    const next = await this.lines.next();
    if (next.done === true) return undefined;
    const line = next.value;
    const at = line.line;
    if ('reason' in line) throw invalid(`Line ${at} cannot be read.`, [{ line: at, message: line.reason }]);
    // What stands behind the last line feed.
    if (line.text === '') return this.read();
    const parsed = parseObject(line.text);
    if ('reason' in parsed) {
      throw invalid(`Line ${at} cannot be read.`, [
        { line: at, column: parsed.column, message: parsed.reason },
      ]);
    }
    if (!isShallow(parsed.value, -LEVELS_AROUND)) {
      throw invalid(`Line ${at} cannot be read.`, [{ line: at, message: 'holds too many levels' }]);
    }
    if (PERHAPS_UNSTORABLE.test(line.text) && !isStorable(parsed.value)) {
      throw invalid(`Line ${at} cannot be stored.`, [
        { line: at, message: 'holds a NUL character or half of a surrogate pair' },
      ]);
    }
    return { line: at, text: line.text, value: parsed.value };
  }

  private take<T>(line: FileLine, schema: z.ZodType<T>): T {
    if (this.ahead === line) this.pass(line);
    const parsed = schema.safeParse(line.value);
    if (parsed.success) return parsed.data;
    throw invalid(
      `Line ${line.line} is not as it must be.`,
      parsed.error.issues.map(({ path, message }) => ({ line: line.line, path: path.join('.'), message })),
    );
  }
}

export const invalid = (why: string, errors: InputError[] = []): AppError =>
  AppError.invalid(
    'invalid_run_file',
    `The run was not imported, and nothing was stored. ${why}`,
    errors.slice(0, 20),
  );
