import { wilsonInterval } from './statistics/index.js';
import { count, percent, plural } from './wording.js';

/** How often judges contradict each other, themselves when asked again, and themselves in the other order. */
export interface JudgeFinding {
  kind: 'judges_differ' | 'judge_repeats' | 'judge_order';
  scorer: string;
  /** Null where judges are held against each other. */
  judge: string | null;
  /** Trials with votes of several judges; of repeats trials, and of orders votes, of this judge. */
  cases: number;
  differing: number;
  /** Mean of the distance between the highest and the lowest vote of a case, in [0, 1]. */
  spread: number;
}

export type JudgePattern = Pick<JudgeFinding, keyof JudgeFinding> & {
  description: string;
  share: number;
  ci_low: number;
  ci_high: number;
};

export function judgePatterns(findings: readonly JudgeFinding[]): JudgePattern[] {
  return findings.map((finding) => {
    const { cases, differing } = finding;
    const share = differing / cases;
    const { low, high } = wilsonInterval(differing, cases)!;
    const part = `${count(differing)} of ${plural(cases, finding.kind === 'judge_order' ? 'pair' : 'trial')} (${percent(share)}, 95 % interval ${(low * 100).toFixed(1)} to ${percent(high)})`;
    return { ...finding, description: sentence(finding, part), share, ci_low: low, ci_high: high };
  });
}

function sentence({ kind, scorer, judge, spread }: JudgeFinding, part: string): string {
  const apart = `on average ${spread.toFixed(2)} apart of 1`;
  if (kind === 'judges_differ') return `The judges of ${scorer} differed on ${part}, ${apart}.`;
  if (kind === 'judge_repeats')
    return `${judge} as a judge of ${scorer} differed with itself on ${part}, ${apart}.`;
  return `${judge} as a judge of ${scorer} changed its verdict with the order of ${part}: those count as ties.`;
}
