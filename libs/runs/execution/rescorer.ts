import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { textOf } from '#libs/agents';
import type { ResultEntity, TranscriptEntity, Trial } from '#libs/results';
import type { TrialFacts } from '#libs/scoring';
import type { PlannedTrial } from '../plan.js';
import type { Lease } from '../shard-store.js';
import type { ScoringContext } from './entry-context.js';
import type { FinishedTrial } from './store-trials.js';
import type { TrialCall, TrialSignals } from './trial-call.js';
import { TrialRunner } from './trial-runner.js';

/** Of whom the outputs are. */
type Source = NonNullable<Lease['source']>;

/** A trial as it was, both halves. */
export type StoredTrial = Pick<
  ResultEntity,
  | 'ordinal'
  | 'epoch'
  | 'outcome'
  | 'latencyMs'
  | 'ttftMs'
  | 'inputTokens'
  | 'outputTokens'
  | 'costUsd'
  | 'attempts'
  | 'errorCode'
> &
  Pick<TranscriptEntity, 'output' | 'toolCalls' | 'error' | 'state'> & {
    messages: TranscriptEntity['messages'] | null;
    finishReason: Trial['finishReason'];
  };

/** Outputs that are in memory together; one may be as long as a provider's longest answer. */
const BATCH = 32;

/** Makes the trials of score sets: nothing is asked of the agent, its stored answers are judged anew. */
@Injectable()
export class Rescorer {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly runner: TrialRunner,
  ) {}

  /** Those of the trials that there are. */
  async stored({ runId, entryId }: Source, trials: PlannedTrial[]): Promise<PlannedTrial[]> {
    const rows = await this.dataSource.query<{ ordinal: number; epoch: number }[]>(
      'SELECT ordinal, epoch FROM results WHERE run_id = $1 AND entry_id = $2 AND ordinal = ANY ($3)',
      [runId, entryId, trials.map(({ ordinal }) => ordinal)],
    );
    const there = new Set(rows.map(({ ordinal, epoch }) => `${ordinal}:${epoch}`));
    return trials.filter(({ ordinal, epoch }) => there.has(`${ordinal}:${epoch}`));
  }

  /** A reader of those trials, which are asked for about in their order: it holds a batch or two of them. */
  outputs(source: Source, trials: PlannedTrial[]): (trial: PlannedTrial) => Promise<StoredTrial> {
    const places = new Map(trials.map((trial, place) => [trial, Math.floor(place / BATCH)]));
    const batches = new Map<number, { rows: Promise<StoredTrial[]>; left: number }>();
    return async (trial) => {
      const number = places.get(trial) ?? 0;
      let batch = batches.get(number);
      if (!batch) {
        const planned = trials.slice(number * BATCH, (number + 1) * BATCH);
        batch = { rows: this.read(source, planned), left: planned.length };
        batches.set(number, batch);
      }
      if (--batch.left === 0) batches.delete(number);
      const row = (await batch.rows).find(
        ({ ordinal, epoch }) => ordinal === trial.ordinal && epoch === trial.epoch,
      );
      if (row) return row;
      throw new Error(`Trial ${trial.ordinal}:${trial.epoch} of entry ${source.entryId} is gone.`);
    };
  }

  /** @throws what ends more than the trial, as the scoring of a trial that was just answered does. */
  async run(
    call: TrialCall<ScoringContext>,
    stored: StoredTrial,
    { calls }: TrialSignals,
  ): Promise<FinishedTrial> {
    const trial = await this.trial(call, stored, calls);
    const { lease, failed, reserved } = call;
    return { lease, trial, failed, reserved };
  }

  private async trial(
    call: TrialCall<ScoringContext>,
    stored: StoredTrial,
    signal: AbortSignal,
  ): Promise<Trial> {
    const kept = { ...base(call), ...errorOf(stored), latencyMs: stored.latencyMs, ttftMs: stored.ttftMs };
    const { outcome, attempts } = stored;
    if (outcome === 'agent_error' || outcome === 'infra_error') return { ...kept, outcome, attempts };
    if (stored.output === null) {
      const error = 'The transcript of the trial is not kept any more, so there is no output to judge.';
      return { ...kept, outcome: 'unscored', errorCode: 'output_missing', error, attempts };
    }
    const scored = await this.runner.score(call, stored.output, factsOf(stored), signal);
    return { ...kept, errorCode: null, error: null, attempts, ...scored };
  }

  private read({ runId, entryId }: Source, trials: PlannedTrial[]): Promise<StoredTrial[]> {
    return this.dataSource.query<StoredTrial[]>(
      `SELECT r.ordinal, r.epoch, r.outcome, r.latency_ms AS "latencyMs", r.ttft_ms AS "ttftMs",
         r.input_tokens AS "inputTokens", r.output_tokens AS "outputTokens", r.cost_usd AS "costUsd", r.attempts,
         r.error_code AS "errorCode", t.messages, t.output, t.tool_calls AS "toolCalls",
         t.finish_reason AS "finishReason", t.error, t.state
       FROM unnest($3::int[], $4::smallint[]) AS wanted (ordinal, epoch)
       JOIN results r ON r.run_id = $1 AND r.entry_id = $2 AND r.ordinal = wanted.ordinal AND r.epoch = wanted.epoch
       LEFT JOIN transcripts t
         ON t.run_id = $1 AND t.entry_id = $2 AND t.ordinal = wanted.ordinal AND t.epoch = wanted.epoch`,
      [runId, entryId, trials.map(({ ordinal }) => ordinal), trials.map(({ epoch }) => epoch)],
    );
  }
}

const errorOf = ({ errorCode, error }: StoredTrial) => ({ errorCode, error });

const factsOf = (stored: StoredTrial): TrialFacts => ({
  messages: (stored.messages ?? []).map(({ role, content }) => ({ role, content: textOf(content) })),
  toolCalls: stored.toolCalls ?? [],
  finishReason: stored.finishReason,
  latencyMs: stored.latencyMs,
  ttftMs: stored.ttftMs,
  inputTokens: stored.inputTokens,
  outputTokens: stored.outputTokens,
  costUsd: stored.costUsd === null ? null : Number(stored.costUsd),
  state: stored.state ?? undefined,
});

/** What was asked and answered, and what that took, stays with the run that did it, and is not counted twice. */
const base = ({ sample, planned }: TrialCall<ScoringContext>): Omit<Trial, 'latencyMs' | 'ttftMs'> => ({
  ordinal: planned.ordinal,
  epoch: planned.epoch,
  sampleId: sample.sampleId,
  category: sample.category,
  outcome: 'unscored',
  score: null,
  scores: null,
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  attempts: 0,
  errorCode: null,
  messages: [],
  output: null,
  toolCalls: null,
  finishReason: null,
  rawId: null,
  error: null,
  explanations: null,
  steps: null,
  verdicts: null,
  state: null,
});
