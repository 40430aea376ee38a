import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { query } from '../../api/client.js';
import type { Comparison } from '../../api/types.js';
import { asPercent } from '../../ui/format.js';
import { IntervalPlot } from './interval-plot.js';
import { distinctNames } from './names.js';

const MAX = 40;

/** Each entry's score in each category; nothing where the benchmark has none. */
export function Categories({ entries }: { entries: Comparison['entries'] }) {
  const runIds = [...new Set(entries.map(({ run_id }) => run_id))];
  const summaries = useQueries({
    queries: runIds.map((run_id) =>
      query.queryOptions('get', '/api/v1/runs/{run_id}', { params: { path: { run_id } } }),
    ),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }) => data?.entries ?? []).map(({ id, summary }) => [id, summary])),
  });
  const names = useMemo(() => distinctNames(entries), [entries]);
  const categoriesOf = (id: string) => summaries.get(id)?.per_category ?? [];
  const found = [...new Set(entries.flatMap(({ id }) => categoriesOf(id).map(({ category }) => category)))];
  const all = found.sort((a, b) => a.localeCompare(b));
  if (all.length < 2) return null;
  const shown = all.slice(0, MAX);
  return (
    <IntervalPlot
      title="Scores by category"
      description={`Each entry’s own score and 95 % interval in ${all.length > MAX ? `the first ${MAX} of ${all.length} categories` : 'each category'}. Fewer samples make them wide; looked at one by one, some will differ by chance.`}
      labels={shown}
      series={entries.map(({ id }) => ({
        name: names.get(id) as string,
        points: shown.map((name) => {
          const of = categoriesOf(id).find(({ category }) => category === name);
          return of?.score == null ? null : { value: of.score, low: of.ci_low, high: of.ci_high };
        }),
      }))}
      rows={entries.flatMap(({ id }) =>
        categoriesOf(id).map(({ category, n, score, ci_low, ci_high }) => ({
          category,
          agent: names.get(id),
          score,
          ci_low,
          ci_high,
          samples: n,
        })),
      )}
      axis="Score"
      format={asPercent}
      min={0}
      max={1}
    />
  );
}
