import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError, didYouMean } from '#libs/common';
import { refuseDeleted } from '#libs/results';
import type { RunView } from '#libs/runs';
import type { JudgedEntry, LabelledTrial } from './calibrate.js';

/** Labels of one trial: as many rows as people gave. */
interface LabelRow {
  entryId: string;
  trial: string;
  rater: string;
  value: number;
  judge: number | null;
}

/** What the judge gave a trial: $2 is its scorer, or null for the trial's score. */
const JUDGE = `CASE WHEN outcome <> 'scored' THEN NULL WHEN $2::text IS NULL THEN score
  ELSE (scores -> $2 ->> 'value')::double precision END`;

/** Where a rater labelled a trial both as a whole and by its only scorer, the latter counts. */
const LABELS = `
SELECT DISTINCT ON (l.entry_id, l.ordinal, l.epoch, l.rater) l.entry_id AS "entryId",
  l.entry_id || ':' || l.ordinal || ':' || l.epoch AS trial, l.rater, l.value, ${JUDGE} AS judge
FROM labels l
JOIN results r ON r.run_id = l.run_id AND r.entry_id = l.entry_id AND r.ordinal = l.ordinal AND r.epoch = l.epoch
WHERE l.run_id = $1 AND l.workspace_id = $4 AND l.scorer = ANY ($3) AND l.value IS NOT NULL
ORDER BY l.entry_id, l.ordinal, l.epoch, l.rater, l.scorer DESC`;

const ACCEPTED = `
WITH sample AS (
  SELECT entry_id, ordinal, avg((judge >= $3)::integer)::double precision AS accepted
  FROM (SELECT entry_id, ordinal, ${JUDGE} AS judge FROM results WHERE run_id = $1) AS trial
  WHERE judge IS NOT NULL GROUP BY entry_id, ordinal
)
SELECT entry_id AS "entryId", count(*)::integer AS samples, sum(accepted) AS accepted FROM sample GROUP BY entry_id`;

/** Reads what a judge is held against: labels beside its values, and how much it accepts. */
@Injectable()
export class CalibrationReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * @param scorer of which the labels are; absent for the trial's score. With a single scorer, both are the same.
   * @throws AppError `scorer_not_in_run`, `results_deleted`
   */
  async read(
    workspaceId: string,
    run: RunView,
    { scorer, threshold }: { scorer?: string; threshold: number },
  ): Promise<{ trials: LabelledTrial[]; entries: JudgedEntry[]; withoutValue: number }> {
    const scorers = Object.keys(run.scorerVersions);
    if (scorer !== undefined && !scorers.includes(scorer)) {
      throw AppError.notFound(
        'scorer_not_in_run',
        `Run ${run.id} has no scorer "${scorer}". ${didYouMean(scorer, scorers)}`,
      );
    }
    await refuseDeleted(this.dataSource, [run.id]);
    const judged = scorer ?? null;
    const labelled = scorers.length === 1 ? ['', ...scorers] : [scorer ?? ''];
    const [labels, accepted, [without]] = await Promise.all([
      this.dataSource.query<LabelRow[]>(LABELS, [run.id, judged, labelled, workspaceId]),
      this.dataSource.query<Pick<JudgedEntry, 'entryId' | 'samples' | 'accepted'>[]>(ACCEPTED, [
        run.id,
        judged,
        threshold,
      ]),
      this.dataSource.query<{ count: number }[]>(
        `SELECT count(*)::integer AS count FROM labels
         WHERE run_id = $1 AND workspace_id = $2 AND scorer = ANY ($3) AND value IS NULL`,
        [run.id, workspaceId, labelled],
      ),
    ]);
    const entries = run.entries.map(({ id: entryId, agent }) => ({
      ...{ agent: agent.name, samples: 0, accepted: 0 },
      ...accepted.find((row) => row.entryId === entryId),
      entryId,
    }));
    return { trials: byTrial(labels), entries, withoutValue: without?.count ?? 0 };
  }
}

function byTrial(labels: readonly LabelRow[]): LabelledTrial[] {
  const trials = new Map<string, LabelledTrial>();
  for (const { entryId, trial: key, rater, value, judge } of labels) {
    const trial = trials.get(key) ?? { entryId, ratings: new Map<string, number>(), judge };
    trial.ratings.set(rater, value);
    trials.set(key, trial);
  }
  return [...trials.values()];
}
