import type { EntryView, Rollup, RunView } from '#libs/runs';

/** What a test says of an entry; the rest follows from it. */
export interface EntryFigures extends Partial<Omit<EntryView, 'rollup' | 'agent'>> {
  name: string;
  adapter?: string;
  settings?: Record<string, unknown>;
  /** Null for an entry that has not ended. */
  rollup?: Partial<Rollup> | null;
}

const NO_ROLLUP: Rollup = {
  n: 0,
  mean: null,
  variance: null,
  isBinary: false,
  perCategory: [],
  perScorer: [],
  latencyMs: null,
  ttftMs: null,
  consistency: null,
  reduction: null,
  figures: null,
};

/** n samples, `correct` of them right, the others wrong. */
export const binary = (correct: number, n: number) => ({
  n,
  mean: n > 0 ? correct / n : null,
  variance: n > 1 ? (correct * (n - correct)) / (n * (n - 1)) : null,
  isBinary: n > 0,
});

/** A group of a category: like an entry's figures, without saying that they are binary. */
export function group(category: string, correct: number, n: number): Rollup['perCategory'][number] {
  const { mean, variance } = binary(correct, n);
  return { category, n, mean, variance };
}

export const latency = (ms: number): NonNullable<Rollup['latencyMs']> => ({
  mean: ms,
  p50: ms * 0.9,
  p90: ms * 1.5,
  p95: ms * 2,
  p99: ms * 3,
  max: ms * 4,
});

/** A completed entry: by default one scored trial for each sample of its rollup. */
export function anEntry({
  name,
  adapter = 'replay',
  settings = {},
  rollup = {},
  ...figures
}: EntryFigures): EntryView {
  const scored = figures.scored ?? rollup?.n ?? 0;
  return {
    id: `entry-${name}-${figures.agentVersion ?? 1}`,
    agent: { id: `agent-${name}`, name, adapter, model: 'recorded', settings },
    agentVersion: 1,
    status: 'completed',
    errorCode: null,
    priceVersion: null,
    rateLimited: 0,
    error: null,
    trials: scored + (figures.agentErrors ?? 0) + (figures.infraErrors ?? 0) + (figures.unscored ?? 0),
    scored,
    agentErrors: 0,
    infraErrors: 0,
    unscored: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    rollup: rollup && { ...NO_ROLLUP, ...rollup },
    ...figures,
  };
}

export function aRun(entries: EntryFigures[], run: Partial<RunView> = {}): RunView {
  return {
    id: '01936000-0000-7000-8000-00000000000a',
    status: 'completed',
    config: { seed: 7, epochs: 1 },
    limits: {},
    scorerVersions: { numeric: 1 },
    sampleCount: 100,
    error: null,
    rescores: null,
    pause: null,
    activeSeconds: 150,
    createdAt: new Date('2026-03-01T10:00:00.000Z'),
    startedAt: new Date('2026-03-01T10:00:01.000Z'),
    completedAt: new Date('2026-03-01T10:02:31.000Z'),
    importedFrom: null,
    importedAt: null,
    benchmark: {
      id: 'benchmark',
      name: 'gsm8k',
      title: 'Grade school mathematics',
      version: 2,
      versionId: 'version',
      contentHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
    ...run,
    entries: entries.map(anEntry),
  };
}
