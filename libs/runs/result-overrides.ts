import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError, isId } from '#libs/common';
import {
  noSuchTrial,
  RollupCache,
  writeRollup,
  type Outcome,
  type OverrideKind,
  type TrialKey,
} from '#libs/results';
import { isFinished, type EntryStatus } from './run-state.js';
import { writeChanges } from './score-sets/score-changes.js';
import { withRun } from './run-transition.js';

/** Who changes a score, as far as they say, and why. */
export interface OverrideNote {
  reason: string;
  author?: string;
}

interface Stored {
  ordinal: number;
  outcome: Outcome;
  errorCode: string | null;
  overridden: boolean;
}

/** What a trial's score is to be. */
interface Change {
  kind: OverrideKind;
  outcome: Outcome;
  score: number | null;
  errorCode: string | null;
}

/**
 * Sets scores by hand and puts the scorers' own back. The trial, its history, the entry's counters and its rollup change
 * in one transaction, so that whatever is read of the entry agrees. Locks the run, then the entry.
 */
@Injectable()
export class ResultOverrides {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly rollups: RollupCache,
  ) {}

  /**
   * An answer that no scorer could judge is scored then.
   * @param score in [0, 1].
   * @throws AppError `result_not_found`, `entry_not_finished`, `trial_has_no_answer`.
   */
  async set(key: TrialKey, score: number, note: OverrideNote): Promise<void> {
    await this.change(key, note, (_manager, { outcome }) => {
      if (outcome === 'scored' || outcome === 'unscored') {
        return Promise.resolve({ kind: 'set', outcome: 'scored', score, errorCode: null });
      }
      throw AppError.conflict(
        'trial_has_no_answer',
        `The trial ended with ${outcome}, so there is no answer to judge. Run it again: POST /api/v1/runs/${key.runId}/retry.`,
      );
    });
  }

  /** @throws AppError `result_not_found`, `entry_not_finished`, `not_overridden`, `no_former_score`. */
  async restore(key: TrialKey, note: OverrideNote): Promise<void> {
    await this.change(key, note, async (manager, { ordinal, overridden }) => {
      if (!overridden) {
        throw AppError.conflict('not_overridden', "The trial's score is the scorers' own already.");
      }
      const [own] = await manager.query<Omit<Change, 'kind'>[]>(
        `SELECT former_outcome AS outcome, former_score AS score, former_error_code AS "errorCode" FROM result_overrides
         WHERE run_id = $1 AND entry_id = $2 AND ordinal = $3 AND epoch = $4 AND NOT former_overridden
         ORDER BY revision DESC LIMIT 1`,
        [key.runId, key.entryId, ordinal, key.epoch],
      );
      if (own) return { kind: 'restored', ...own };
      throw AppError.conflict(
        'no_former_score',
        "The trial's score was set by hand before its run was imported, and run files hold no history of that. Set the score that it should have.",
      );
    });
  }

  private async change(
    key: TrialKey,
    { reason, author }: OverrideNote,
    decide: (manager: EntityManager, stored: Stored) => Promise<Change>,
  ): Promise<void> {
    const { runId, entryId, sampleId, epoch } = key;
    if (!isId(entryId)) throw notFound(key);
    const changedIn = await withRun(this.dataSource, runId, async (manager, { workspaceId }) => {
      await requireFinished(manager, key);
      const [stored] = await manager.query<Stored[]>(
        `SELECT ordinal, outcome, error_code AS "errorCode", overridden FROM results
         WHERE run_id = $1 AND entry_id = $2 AND epoch = $4 AND ordinal = (
           SELECT s.ordinal FROM samples s JOIN runs r ON r.benchmark_version_id = s.benchmark_version_id
           WHERE r.id = $1 AND s.sample_id = $3)
         FOR UPDATE`,
        [runId, entryId, sampleId, epoch],
      );
      if (!stored) throw notFound(key);
      const { kind, outcome, score, errorCode } = await decide(manager, stored);
      const place = [runId, entryId, stored.ordinal, epoch];
      await manager.query(REMEMBER, [...place, kind, author, reason, outcome, score]);
      await manager.query(
        `UPDATE results SET outcome = $5, score = $6, error_code = $7, overridden = $8
         WHERE run_id = $1 AND entry_id = $2 AND ordinal = $3 AND epoch = $4`,
        [...place, outcome, score, errorCode, kind === 'set'],
      );
      await manager.query(
        `UPDATE run_entries SET scored = scored + $2, unscored = unscored - $2 WHERE id = $1`,
        [entryId, Number(outcome === 'scored') - Number(stored.outcome === 'scored')],
      );
      await manager.query('DELETE FROM rollups WHERE entry_id = $1', [entryId]);
      await writeRollup(manager, runId, entryId);
      await writeChanges(manager, entryId);
      return workspaceId;
    });
    await this.rollups.forget(changedIn);
  }
}

const REMEMBER = `
INSERT INTO result_overrides (run_id, entry_id, ordinal, epoch, revision, kind, author, reason, former_overridden,
  former_outcome, former_score, former_scores, former_error_code, outcome, score)
SELECT run_id, entry_id, ordinal, epoch,
  1 + coalesce((SELECT max(revision) FROM result_overrides o
    WHERE o.run_id = $1 AND o.entry_id = $2 AND o.ordinal = $3 AND o.epoch = $4), 0),
  $5, $6, $7, overridden, outcome, score, scores, error_code, $8, $9
FROM results WHERE run_id = $1 AND entry_id = $2 AND ordinal = $3 AND epoch = $4`;

async function requireFinished(manager: EntityManager, key: TrialKey): Promise<void> {
  const [entry] = await manager.query<{ status: EntryStatus }[]>(
    'SELECT status FROM run_entries WHERE id = $1 AND run_id = $2 FOR UPDATE',
    [key.entryId, key.runId],
  );
  if (!entry) throw notFound(key);
  if (isFinished(entry.status)) return;
  throw AppError.conflict(
    'entry_not_finished',
    `Entry ${key.entryId} is ${entry.status}; scores are set by hand once it has ended. See GET /api/v1/runs/${key.runId}.`,
  );
}

const notFound = (key: TrialKey): AppError => AppError.notFound('result_not_found', noSuchTrial(key));
