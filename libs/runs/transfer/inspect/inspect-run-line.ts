import type { z } from 'zod';
import { generationSchema } from '#libs/agents';
import { benchmarkDefinitionSchema, type Omission } from '#libs/benchmarks';
import { RUN_FORMAT, RUN_FORMAT_VERSION, type RunLine } from '../run-file.js';
import type { InspectConfig } from './inspect-log.js';
import type { Head, LogReader } from './log-reader.js';

/**
 * The first line of the run file that a log becomes.
 * @param scorers that are carried over: Inspect's name → ours.
 * @param name of the benchmark; unset, that of the task.
 */
export function toRunLine(
  head: Head,
  log: Pick<LogReader, 'ordinals' | 'epochs' | 'trials'>,
  scorers: Map<string, string>,
  name?: string,
): RunLine {
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
  const { temperature, top_p, max_tokens, stop_seqs } = configs.reduce<Partial<InspectConfig>>(
    (merged, config) => ({
      ...merged,
      ...Object.fromEntries(Object.entries(config ?? {}).filter(([, value]) => value !== null)),
    }),
    {},
  );
  const given = Object.entries({ temperature, top_p, max_tokens, stop: stop_seqs });
  const fitting = given.filter(([key, value]) => generationSchema.safeParse({ [key]: value }).success);
  return generationSchema.parse(Object.fromEntries(fitting));
}

/** What a log says that runs do not, whatever its samples are. */
export function omissionsOf({ eval: spec, plan, invalidated }: Head): Omission[] {
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
