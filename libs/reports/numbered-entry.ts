import { ranked, summarizeRun, type EntrySummary } from '#libs/analytics';
import type { RunView } from '#libs/runs';

/** An entry with the number that stands for it in the whole report. */
export interface NumberedEntry extends EntrySummary {
  /** 1-based, best first; then those that are not ranked. */
  number: number;
  model: string;
}

export function numberedEntries(run: RunView): NumberedEntry[] {
  const summaries = summarizeRun(run);
  const best = ranked(summaries);
  const rest = summaries.filter(({ entryId }) => !best.some((entry) => entry.entryId === entryId));
  const models = new Map(run.entries.map(({ id, agent }) => [id, `${agent.adapter} · ${agent.model}`]));
  return [...best, ...rest].map((entry, i) => ({
    ...entry,
    number: i + 1,
    model: models.get(entry.entryId) ?? '',
  }));
}

export const orDash = (value: number | null, format: (value: number) => string): string =>
  value === null ? '–' : format(value);
