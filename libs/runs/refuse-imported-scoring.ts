import type { BenchmarkDefinition } from '#libs/benchmarks';
import { AppError } from '#libs/common';

/** @throws AppError `scoring_imported` where nothing here could judge an answer. */
export function refuseImportedScoring({ scoring }: BenchmarkDefinition): void {
  const scorer = scoring.scorers.find(({ type }) => type === 'imported');
  if (!scorer) return;
  throw AppError.invalid(
    'scoring_imported',
    'The benchmark came with an imported run, and its scorers are those of another tool, which cannot run here. Export its definition, give it scorers of this service, and publish it as a version or benchmark of its own.',
  );
}
