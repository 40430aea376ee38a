import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { generationSchema } from '#libs/agents';
import {
  benchmarkDefinitionSchema,
  parseJson,
  parseObject,
  parseSample,
  readLines,
  spool,
  type Omission,
  type SampleJson,
} from '#libs/benchmarks';
import { AppError, type InputError } from '#libs/common';
import {
  MAX_RUN_LINE_BYTES,
  RUN_FORMAT,
  RUN_FORMAT_VERSION,
  type RunLine,
  type TrialLine,
} from '../run-file.js';
import { writeRunFile } from '../run-file-writer.js';
import {
  evalSchema,
  planSchema,
  sampleSchema,
  statsSchema,
  type InspectConfig,
  type InspectSample,
} from './inspect-log.js';
import { inputOf, resolved } from './chat-messages.js';
import { toUnscoredTrial, withScores, type UnscoredTrial } from './inspect-trial.js';
import { LogCensus } from './log-census.js';

export interface InspectRunFile {
  /** The lines of a run file. */
  lines: AsyncIterable<string>;
  omissions: Omission[];
  close: () => Promise<void>;
}

interface Spooled {
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

type Head = z.infer<typeof headSchema>;

const MAX_EPOCHS = 100;
const MAX_REPORTED = 20;
const NO_TARGET = '(no target)';

/**
 * Changes an eval log of Inspect AI in JSON into a run file of one agent, which answers again what it answered there. Its
 * samples go to disk as they are read, since which scorers are carried over is known at the end only.
 * @param name of the benchmark; unset, that of the task.
 * @throws AppError `eval_format`, `invalid_inspect_log`, `inspect_log_unfinished`, `nothing_scored`
 */
export async function toRunFile(
  { head: start, bytes }: { head: Buffer; bytes: AsyncIterable<Buffer> },
  name?: string,
): Promise<InspectRunFile> {
  if (start.subarray(0, 2).toString() === 'PK') {
    throw AppError.invalid(
      'eval_format',
      'The file is a log in the .eval format. Make JSON of it with "inspect log dump log.eval > log.json", and send that.',
    );
  }
  const log = new LogReader();
  const file = await spool(log.read(bytes));
  try {
    const head = log.head();
    const scorers = log.census.carried();
    if (scorers.size === 0) {
      throw AppError.invalid(
        'nothing_scored',
        'No scorer of the log has only values from 0 to 1, so there is no score to import. Score the log again ("inspect score"), then import it.',
        log.census.omissions().map(({ key, reason }) => ({ path: key, message: reason })),
      );
    }
    const run = toRunLine(head, log, scorers, name);
    return {
      lines: writeRunFile(run, samplesIn(file), trialsIn(file, scorers)),
      omissions: [...omissionsOf(head), ...log.census.omissions()],
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads a log once, from its first byte to its last. */
class LogReader {
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
        // What is wrong a thousand times is told of once.
        if (this.errors.length >= MAX_REPORTED) throw invalidLog(this.errors);
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
      throw invalidLog([
        { path: 'eval.created', message: '"eval" and "stats" must stand before "samples", with dates' },
      ]);
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

function toRunLine(head: Head, log: LogReader, scorers: Map<string, string>, name?: string): RunLine {
  const { eval: spec, stats, status, error } = head;
  const started = isoOf(stats.started_at) ?? isoOf(spec.created) ?? null;
  const completed = isoOf(stats.completed_at) ?? started ?? new Date(0).toISOString();
  const trials = log.ordinals.size * log.epochs;
  const end = endOf(status, error?.message, trials - log.trials);
  const options = new Map(spec.scorers?.map((scorer) => [scorer.name, scorer.options ?? undefined]));
  return {
    type: 'run',
    format: RUN_FORMAT,
    version: RUN_FORMAT_VERSION,
    origin: {
      format: 'inspect_ai',
      instance: null,
      run_id: (spec.eval_id || [spec.run_id, spec.task_id, spec.created].join('-')).slice(0, 200),
    },
    run: {
      status: end.status,
      error: end.error,
      config: { seed: 0, epochs: log.epochs, ...generationOf(spec.model_generate_config, head.plan.config) },
      limits: {},
      scorer_versions: Object.fromEntries([...scorers.values()].map((scorer) => [scorer, 1])),
      sample_count: log.ordinals.size,
      active_seconds:
        started === null ? 0 : Math.max(0, (Date.parse(completed) - Date.parse(started)) / 1000),
      created_at: isoOf(spec.created) ?? completed,
      started_at: started,
      completed_at: completed,
    },
    benchmark: {
      name: name ?? nameOf(spec.task, /[^a-z0-9._-]+/g),
      title: spec.task.slice(0, 200),
      description: `Of an eval log of Inspect AI, task version ${spec.task_version ?? 0}.`,
      version: 1,
      content_hash: null,
      definition: benchmarkDefinitionSchema.parse({
        scoring: {
          scorers: [...scorers].map(([scorer, ours]) => ({
            type: 'imported',
            name: ours,
            tool: 'inspect_ai',
            scorer: scorer.slice(0, 200),
            options: options.get(scorer),
          })),
        },
      }),
    },
    entries: [
      {
        agent: {
          name: nameOf(spec.model, /[^a-z0-9._:/-]+/g),
          version: 1,
          adapter: 'replay',
          model: spec.model.slice(0, 200),
          settings: {},
        },
        status: end.status,
        error_code: end.code,
        error: end.error,
        trials,
        usage: null,
        price_version: null,
        completed_at: completed,
      },
    ],
  };
}

/** Logs of evals that broke off are runs that did. */
function endOf(
  status: Head['status'],
  error: string | undefined,
  missing: number,
): { status: 'completed' | 'failed' | 'cancelled'; code: string | null; error: string | null } {
  if (status === 'cancelled')
    return { status, code: 'inspect_cancelled', error: error ?? 'The eval was cancelled.' };
  if (status === 'error')
    return { status: 'failed', code: 'inspect_error', error: error ?? 'The eval ended in an error.' };
  if (missing === 0) return { status: 'completed', code: null, error: null };
  return { status: 'failed', code: 'incomplete_log', error: `The log lacks ${missing} of its trials.` };
}

function generationOf(...configs: (InspectConfig | null | undefined)[]): z.infer<typeof generationSchema> {
  const { temperature, top_p, max_tokens, stop_seqs }: Partial<InspectConfig> = Object.assign(
    {},
    ...configs.map((config) =>
      Object.fromEntries(Object.entries(config ?? {}).filter(([, value]) => value !== null)),
    ),
  );
  const given = Object.entries({ temperature, top_p, max_tokens, stop: stop_seqs });
  const fitting = given.filter(([key, value]) => generationSchema.safeParse({ [key]: value }).success);
  return generationSchema.parse(Object.fromEntries(fitting));
}

function omissionsOf({ eval: spec, plan, invalidated }: Head): Omission[] {
  const solvers = plan.steps.map(({ solver }) => solver).join(', ');
  return [
    {
      key: 'plan.steps',
      reason: `Solvers (${solvers || 'none'}) are code; transcripts hold what they asked.`,
    },
    {
      key: 'results',
      reason: 'Its figures and "reductions" are computed anew, here from the mean of the epochs.',
    },
    {
      key: 'samples.events',
      reason: 'Events and the store are left out; transcripts hold messages, answers and calls of tools.',
    },
    ...(spec.config.epochs_reducer && spec.config.epochs_reducer.join() !== 'mean'
      ? [
          {
            key: 'eval.config.epochs_reducer',
            reason: `It was ${spec.config.epochs_reducer.join(', ')}; here it is the mean.`,
          },
        ]
      : []),
    ...(invalidated ? [{ key: 'invalidated', reason: 'The log is marked as invalid; the run is not.' }] : []),
  ];
}

async function* spooled(file: FileHandle): AsyncGenerator<Spooled[]> {
  const bytes = file.createReadStream({ autoClose: false, start: 0 });
  // A line holds what one of the log does, and its keys.
  for await (const lines of readLines(bytes, 2 * MAX_RUN_LINE_BYTES)) {
    yield lines.flatMap((line) =>
      'text' in line && line.text !== '' ? [JSON.parse(line.text) as Spooled] : [],
    );
  }
}

async function* samplesIn(file: FileHandle): AsyncGenerator<SampleJson[]> {
  for await (const batch of spooled(file)) yield batch.flatMap(({ sample }) => sample ?? []);
}

async function* trialsIn(file: FileHandle, scorers: Map<string, string>): AsyncGenerator<TrialLine[]> {
  for await (const batch of spooled(file)) yield batch.map(({ trial }) => withScores(trial, scorers));
}

const nameOf = (text: string, others: RegExp): string =>
  text
    .toLowerCase()
    .replace(others, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 100) || 'inspect';

function isoOf(text: string | null | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
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
