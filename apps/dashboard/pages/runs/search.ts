import type { Outcome, RunStatus } from '../../api/types.js';

type Search = Record<string, unknown>;

export const STATUSES: readonly RunStatus[] = [
  'queued',
  'processing',
  'paused',
  'completed',
  'failed',
  'cancelled',
];
export const OUTCOMES: readonly Outcome[] = ['scored', 'agent_error', 'infra_error', 'unscored'];

export interface RunsSearch {
  status?: RunStatus;
  benchmark?: string;
}

export interface SamplesSearch {
  agent?: string;
  outcome?: Outcome;
  category?: string;
  min_score?: number;
  max_score?: number;
  min_spread?: number;
  text?: string;
}

/** Of one sample's page: the list that it stands in, and what of it is open. */
export interface SampleSearch extends SamplesSearch {
  /** Ids of entries with commas; two of them are compared. */
  entries?: string;
  epoch?: number;
}

/** The names whose value can be read; the rest is as if it were not in the address. */
function picked<T>(search: Search, readers: { [name in keyof T]-?: (value: unknown) => T[name] }): T {
  const read = Object.entries<(value: unknown) => unknown>(readers)
    .map(([name, reader]) => [name, reader(search[name])] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(read) as T;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined;

const oneOf =
  <T extends string>(values: readonly T[]) =>
  (value: unknown): T | undefined =>
    values.find((one) => one === value);

const number =
  (min: number, max: number) =>
  (value: unknown): number | undefined =>
    typeof value === 'number' && value >= min && value <= max ? value : undefined;

const samples = {
  agent: text,
  outcome: oneOf(OUTCOMES),
  category: text,
  min_score: number(0, 1),
  max_score: number(0, 1),
  min_spread: number(0, 1),
  text: (value: unknown) => text(value)?.slice(0, 200),
};

export const runsSearch = (search: Search): RunsSearch =>
  picked(search, { status: oneOf(STATUSES), benchmark: text });

export const samplesSearch = (search: Search): SamplesSearch => picked(search, samples);

export const sampleSearch = (search: Search): SampleSearch =>
  picked(search, { ...samples, entries: text, epoch: number(1, 100) });

/** Without what one page has and the list does not. */
export const listOf = ({ entries: _entries, epoch: _epoch, ...list }: SampleSearch): SamplesSearch => list;
