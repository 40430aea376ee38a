import { AppError } from '#libs/common';
import type { EntryFacts } from './comparison-reader.js';
import type { SampleScores } from './sample-scores-reader.js';
import {
  alignBySample,
  benjaminiHochberg,
  comparePairs,
  holm,
  pairedBootstrap,
  verdict,
  type AlignedSamples,
  type BootstrapComparison,
  type PairedComparison,
  type Verdict,
} from './statistics/index.js';
import { count, plural, points, pText, signed } from './wording.js';

/** A cluster by the sample's id. A sample that has none is alike to no other. */
export type ClusterOf = ReadonlyMap<string, string>;

export interface CompareOptions {
  /** What like samples have in common, by sample; none where each is for itself. */
  clusterOf: ClusterOf | null;
  /** The smallest difference that matters, as a share. */
  margin: number;
  bootstrap: boolean;
}

/** An entry with its scores. */
export type ComparedEntry = Pick<EntryFacts, 'entryId'> & { name: string; samples: SampleScores };

/** Samples that pass with one and not with the other; of their ids the first 100. */
export interface Flips {
  count: number;
  sampleIds: string[];
}

/** Candidate − baseline over the samples that both have a score for. */
export interface EntryComparison extends PairedComparison, Verdict {
  candidate: string;
  baseline: string;
  onlyCandidate: number;
  onlyBaseline: number;
  /** Adjusted over all pairs; null where there is one pair only, or no p-value. */
  pHolm: number | null;
  pBenjaminiHochberg: number | null;
  /** Passed by the candidate alone, and by the baseline alone. */
  gained: Flips;
  lost: Flips;
  bootstrap: BootstrapComparison | null;
  /** The verdict in words. */
  text: string;
}

/** The smallest difference that matters, unless told. */
export const MARGIN = 0.02;
const MAX_FLIPS = 100;
/** From this score on, a sample counts as passed; a sample that is right or wrong in each epoch by most of them. */
const PASSED = 0.5;

type Tested = PairedComparison & {
  aligned: AlignedSamples;
  candidate: ComparedEntry;
  baseline: ComparedEntry;
};

/**
 * Compares each entry with every later one, which is its baseline. With several pairs the verdicts are by Holm's p-values,
 * so that the chance of any wrong "better" among them stays at 5 %.
 * @throws AppError `no_shared_samples`
 */
export function compareEntries(
  entries: readonly ComparedEntry[],
  options: CompareOptions,
): EntryComparison[] {
  const tested = entries.flatMap((candidate, place) =>
    entries.slice(place + 1).map((baseline) => test(candidate, baseline, options)),
  );
  const pValues = tested.map(({ pValue }) => pValue);
  const many = tested.length > 1;
  const [byHolm, byRate] = [holm(pValues), benjaminiHochberg(pValues)];
  return tested.map(({ aligned, candidate, baseline, ...comparison }, pair) => {
    const judged = { ...comparison, pValue: byHolm[pair] ?? null };
    const judgement = verdict(judged, options.margin);
    return {
      ...comparison,
      ...judgement,
      candidate: candidate.entryId,
      baseline: baseline.entryId,
      onlyCandidate: aligned.onlyCandidate,
      onlyBaseline: aligned.onlyBaseline,
      pHolm: many ? judged.pValue : null,
      pBenjaminiHochberg: many ? (byRate[pair] ?? null) : null,
      gained: flips(aligned, aligned.candidate, aligned.baseline),
      lost: flips(aligned, aligned.baseline, aligned.candidate),
      bootstrap: options.bootstrap
        ? pairedBootstrap(aligned.candidate, aligned.baseline, `${candidate.entryId} ${baseline.entryId}`)
        : null,
      text: [
        verdictText(judgement, judged, [candidate.name, baseline.name], options.margin),
        ...(many && judged.pValue !== null ? [`p is Holm's over ${tested.length} pairs.`] : []),
        ...leftOut(aligned),
      ].join(' '),
    };
  });
}

function test(candidate: ComparedEntry, baseline: ComparedEntry, { clusterOf }: CompareOptions): Tested {
  const aligned = alignBySample(scored(candidate.samples), scored(baseline.samples));
  const clusters = clusterOf ? clustersOf(aligned.ids, clusterOf) : undefined;
  const comparison = comparePairs(aligned.candidate, aligned.baseline, { clusters });
  if (comparison) return { ...comparison, aligned, candidate, baseline };
  throw AppError.conflict(
    'no_shared_samples',
    `Entries ${candidate.entryId} (${candidate.name}) and ${baseline.entryId} (${baseline.name}) have no sample ` +
      'that both have a score for. Run them over the same samples: the same benchmark, seed and limit.',
  );
}

const scored = ({ sampleIds, scores }: SampleScores): Map<string, number> =>
  new Map(sampleIds.map((id, place) => [id, scores[place]!]));

/** Those of the samples; the place of one that is alike to none. */
export const clustersOf = (ids: readonly string[], clusterOf: ClusterOf): (string | number)[] =>
  ids.map((id, place) => clusterOf.get(id) ?? place);

function flips({ ids }: AlignedSamples, passed: Float64Array, missed: Float64Array): Flips {
  const flipped = ids.filter((_, i) => (passed[i] as number) >= PASSED && (missed[i] as number) < PASSED);
  return { count: flipped.length, sampleIds: flipped.slice(0, MAX_FLIPS) };
}

function verdictText(
  { verdict: kind, settledBy }: Verdict,
  { estimate, pValue, interval, n }: PairedComparison,
  [candidate, baseline]: [string, string],
  margin: number,
): string {
  const p = pValue === null ? '' : `, ${pText(pValue)}`;
  // What is worse is worse by a positive difference, as its interval is.
  const shown = interval && kind === 'worse' ? { low: -interval.high, high: -interval.low } : interval;
  const range = shown ? `95 % interval ${signed(shown.low)} to ${signed(shown.high)} points` : 'no interval';
  const evidence = `over ${plural(n, 'sample')} (${range}${p})`;
  if (kind === 'better' || kind === 'worse') {
    return `${candidate} is ${kind} than ${baseline} by ${points(Math.abs(estimate))} ${evidence}.`;
  }
  const difference = `${candidate} differs from ${baseline} by ${signed(estimate)} points ${evidence}`;
  if (kind === 'no_difference_shown') {
    return `No difference shown: ${difference}, and whatever it is, it is within ${points(margin)}.`;
  }
  const way =
    settledBy === null ? 'More samples are needed' : `About ${count(settledBy)} samples would settle it`;
  return `Inconclusive: ${difference}. ${way}.`;
}

function leftOut({ onlyCandidate, onlyBaseline }: AlignedSamples): string[] {
  const samples = onlyCandidate + onlyBaseline;
  return samples === 0
    ? []
    : [`Left out: ${plural(samples, 'sample')} that only one of them has a score for.`];
}
