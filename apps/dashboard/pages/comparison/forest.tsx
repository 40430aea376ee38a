import { useMemo } from 'react';
import type { Comparison, Verdict } from '../../api/types.js';
import { asPoints } from '../../ui/format.js';
import { IntervalPlot } from './interval-plot.js';
import { distinctNames } from './names.js';
import { VERDICTS } from './verdict.js';

/** The differences of all pairs, one below the other. */
export function Forest({ comparison: { entries, pairs, margin, confidence } }: { comparison: Comparison }) {
  const names = useMemo(() => distinctNames(entries), [entries]);
  const labels = useMemo(
    () => pairs.map(({ candidate, baseline }) => `${names.get(candidate)} − ${names.get(baseline)}`),
    [pairs, names],
  );
  const series = useMemo(
    () =>
      (Object.keys(VERDICTS) as Verdict[]).map((verdict) => ({
        name: VERDICTS[verdict].word,
        points: pairs.map((pair) =>
          pair.verdict === verdict ? { value: pair.delta, low: pair.ci_low, high: pair.ci_high } : null,
        ),
      })),
    [pairs],
  );
  const band = useMemo((): [number, number] => [-margin, margin], [margin]);
  return (
    <IntervalPlot
      title="Differences in score"
      description={`Candidate − baseline over the samples that both have, with ${confidence * 100} % intervals. Right of 0 the candidate is better; within the grey band a difference is too small to matter.`}
      labels={labels}
      series={series}
      rows={pairs.map((pair) => ({
        candidate: names.get(pair.candidate),
        baseline: names.get(pair.baseline),
        difference: pair.delta,
        ci_low: pair.ci_low,
        ci_high: pair.ci_high,
        verdict: VERDICTS[pair.verdict].word,
        samples: pair.n,
      }))}
      axis="Points"
      format={asPoints}
      zero={0}
      band={band}
    />
  );
}
