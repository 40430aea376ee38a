import type { BenchmarkDefinition } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { scorerName } from '#libs/scoring';

/** @throws AppError `scoring_imported` where nothing here could judge an answer. */
export function refuseImportedScoring({ scoring }: Pick<BenchmarkDefinition, 'scoring'>): void {
  const scorer = scoring.scorers.find(({ type }) => type === 'imported');
  if (!scorer) return;
  throw AppError.invalid(
    'scoring_imported',
    `The scorer "${scorerName(scorer)}" is one of another tool, whose scores came with an imported run; it cannot run here. Choose scorers of this service; for a benchmark, export its definition, give it others, and publish it as a version or benchmark of its own.`,
  );
}
