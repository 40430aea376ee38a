import { z } from 'zod';
import { parseJson, parseObject, parseSample, type SampleJson } from '#libs/benchmarks';
import { AppError, type InputError } from '#libs/common';
import { MAX_RUN_LINE_BYTES } from '../run-file.js';
import { inputOf, resolved } from './chat-messages.js';
import { evalSchema, planSchema, sampleSchema, statsSchema, type InspectSample } from './inspect-log.js';
import { toUnscoredTrial, type UnscoredTrial } from './inspect-trial.js';
import { LogCensus } from './log-census.js';

/** What is kept of one sample of a log: of its first epoch, the sample itself too. */
export interface Spooled {
  sample?: SampleJson;
  trial: UnscoredTrial;
}

const headSchema = z.object({
  version: z.int().max(2, 'only logs up to version 2 are read').default(2),
  status: z.enum(['started', 'success', 'cancelled', 'error']),
  eval: evalSchema,
  plan: planSchema.prefault({}),
  stats: statsSchema.prefault({}),
  error: z.looseObject({ message: z.string() }).nullish(),
  invalidated: z.boolean().default(false),
});

export type Head = z.infer<typeof headSchema>;

const MAX_EPOCHS = 100;
const MAX_REPORTED = 20;
const NO_TARGET = '(no target)';

/** Reads a log once, from its first byte to its last. */
export class LogReader {
  readonly census = new LogCensus();
  readonly ordinals = new Map<string, number>();
  epochs = 1;
  trials = 0;
  private readonly fields: Record<string, unknown> = {};
  private readonly keys = new Set<string>();
  private readonly errors: InputError[] = [];

  /** A line for each trial. */
  async *read(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const batches = parseJson(bytes, {
      rows: 'samples',
      maxBytes: MAX_RUN_LINE_BYTES,
      parse: parsePython,
      onField: (field, json) => {
        if (!Object.hasOwn(headSchema.shape, field)) return;
        const parsed = parsePython(`{"value":${json}}`);
        if ('value' in parsed) this.fields[field] = parsed.value['value'];
      },
    });
    for await (const rows of batches) {
      for (const row of rows) {
        if ('reason' in row) this.errors.push({ line: row.line, row: row.row, message: row.reason });
        else yield* this.take(row.value, row.row);
        // Read on to the end: a client that still sends would not get to the answer.
        this.errors.splice(MAX_REPORTED);
      }
    }
    if (this.errors.length > 0) throw invalidLog(this.errors);
  }

  head(): Head {
    const parsed = headSchema.safeParse(this.fields);
    if (!parsed.success) throw invalidLog(issuesOf(parsed.error));
    const { status, eval: spec } = parsed.data;
    if (status === 'started') {
      throw AppError.invalid(
        'inspect_log_unfinished',
        'The eval has not ended, or broke off without saying so (status "started"). Finish it with "inspect eval-retry", and import that log.',
      );
    }
    if (this.trials === 0)
      throw invalidLog([
        { path: 'samples', message: 'the log has no samples; run the eval with log_samples' },
      ]);
    this.epochs = Math.max(this.epochs, spec.config.epochs ?? 1);
    if (this.epochs > MAX_EPOCHS)
      throw invalidLog([{ path: 'eval.config.epochs', message: `at most ${MAX_EPOCHS} are taken` }]);
    return parsed.data;
  }

  private *take(value: Record<string, unknown>, row?: number): Generator<Buffer> {
    const parsed = sampleSchema.safeParse(value);
    if (!parsed.success) {
      this.errors.push(...issuesOf(parsed.error).map((error) => ({ row, ...error })));
      return;
    }
    const { data } = parsed;
    const id = String(data.id);
    const known = this.ordinals.get(id);
    const ordinal = known ?? this.ordinals.size;
    const sample = toSample(data);
    const parsedSample = known === undefined ? parseSample(sample) : undefined;
    if (parsedSample && 'errors' in parsedSample)
      this.errors.push(...parsedSample.errors.map((error) => ({ row, ...error })));
    const key = `${ordinal}:${data.epoch}`;
    if (this.keys.has(key))
      this.errors.push({
        row,
        sample_id: id,
        message: `Epoch ${data.epoch} of it stands in the log before.`,
      });
    this.ordinals.set(id, ordinal);
    this.keys.add(key);
    this.epochs = Math.max(this.epochs, data.epoch);
    this.trials++;
    const { eval: spec, stats } = this.fields as {
      eval?: { model?: string; created?: string };
      stats?: { completed_at?: string };
    };
    const ended = stats?.completed_at || spec?.created;
    if (ended === undefined || Number.isNaN(Date.parse(data.completed_at ?? ended))) {
      const message = '"eval" and "stats" must stand before "samples", with dates';
      this.errors.push({ path: 'eval.created', message });
      return;
    }
    const trial = toUnscoredTrial(data, { ordinal, model: spec?.model ?? '', ended });
    this.census.note(data, trial);
    const spooled: Spooled = { ...(known === undefined && { sample }), trial };
    yield Buffer.from(`${JSON.stringify(spooled)}\n`);
  }
}

function toSample(sample: InspectSample): SampleJson {
  const targets = [sample.target].flat().filter((target) => target !== '');
  return {
    id: String(sample.id),
    input: inputOf(sample),
    target: targets.length > 0 ? targets.map((target) => resolved(target, sample)) : NO_TARGET,
    ...(sample.choices && sample.choices.length > 0 && { choices: sample.choices }),
    ...(sample.metadata && Object.keys(sample.metadata).length > 0 && { metadata: sample.metadata }),
  };
}

/** Python writes NaN and Infinity, which are no JSON; they become null. */
function parsePython(text: string): ReturnType<typeof parseObject> {
  const parsed = parseObject(text);
  if ('value' in parsed || !/NaN|Infinity/.test(text)) return parsed;
  return parseObject(
    text.replace(/"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)/g, (match) =>
      match.startsWith('"') ? match : 'null',
    ),
  );
}

const issuesOf = ({ issues }: z.ZodError): InputError[] =>
  issues.map(({ path, message }) => ({ path: path.join('.'), message }));

const invalidLog = (errors: InputError[]): AppError =>
  AppError.invalid(
    'invalid_inspect_log',
    'The file is no eval log of Inspect AI that can be read, and nothing was stored. "inspect log dump" writes one in JSON.',
    errors.slice(0, MAX_REPORTED),
  );
