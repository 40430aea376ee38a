import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError, isId, type Page, type PageRequest } from '#libs/common';
import type { ScoringSpec } from '#libs/scoring';
import { RunsReader, type EntryView, type RunView } from '../runs-reader.js';

/** Samples of an entry by what became of their score. */
export interface ScoreChanges {
  raised: number;
  lowered: number;
  /** Have a score now, and had none. */
  gained: number;
  /** Had a score, and have none now. */
  lost: number;
  same: number;
}

export interface ScoreSetView {
  name: string;
  reason: string | null;
  scoring: ScoringSpec;
  scoringHash: string;
  /** That carries it out. */
  run: RunView;
  /** Whose outputs it scores. */
  source: RunView;
  /** In the order of both runs. `changes` is null until the entry has ended. */
  entries: { rescored: EntryView; original: EntryView; changes: ScoreChanges | null }[];
}

type Row = Pick<ScoreSetView, 'name' | 'reason' | 'scoring' | 'scoringHash'> & {
  id: string;
  entries: ({ entryId: string; sourceEntryId: string } & { [K in keyof ScoreChanges]: number | null })[];
};

const SETS = `
SELECT s.id, s.name, s.reason, s.scoring, s.scoring_hash AS "scoringHash",
  (SELECT jsonb_agg(jsonb_build_object('entryId', c.entry_id, 'sourceEntryId', c.source_entry_id, 'raised', c.raised,
     'lowered', c.lowered, 'gained', c.gained, 'lost', c.lost, 'same', c.same))
   FROM score_set_entries c JOIN run_entries e ON e.id = c.entry_id WHERE e.run_id = s.id) AS entries
FROM score_sets s WHERE s.id = ANY ($1)`;

/** The read model of score sets, from rollups and counters. */
@Injectable()
export class ScoreSetsReader {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly runs: RunsReader,
  ) {}

  /** Of a run, newest first. @throws AppError `run_not_found` */
  async list(workspaceId: string, runId: string, page: PageRequest): Promise<Page<ScoreSetView>> {
    const source = await this.runs.get(workspaceId, runId);
    const { items, nextCursor } = await this.runs.scoreSets(workspaceId, source.id, page);
    return { items: await this.views(items, source), nextCursor };
  }

  /** @throws AppError `score_set_not_found` */
  async get(workspaceId: string, id: string): Promise<ScoreSetView> {
    const [row] = isId(id)
      ? await this.dataSource.query<{ runId: string }[]>(
          `SELECT rescores_run_id AS "runId" FROM runs
           WHERE id = $1 AND workspace_id = $2 AND rescores_run_id IS NOT NULL`,
          [id, workspaceId],
        )
      : [];
    if (row) {
      const runs = [id, row.runId].map((runId) => this.runs.get(workspaceId, runId));
      const [run, source] = (await Promise.all(runs)) as [RunView, RunView];
      const [view] = await this.views([run], source);
      if (view) return view;
    }
    throw AppError.notFound(
      'score_set_not_found',
      `There is no score set "${id}". GET /api/v1/runs/:run_id/score-sets lists those of a run.`,
    );
  }

  private async views(runs: RunView[], source: RunView): Promise<ScoreSetView[]> {
    const rows = await this.dataSource.query<Row[]>(SETS, [runs.map(({ id }) => id)]);
    return runs.flatMap((run) => {
      const row = rows.find(({ id }) => id === run.id);
      if (!row) return [];
      const { name, reason, scoring, scoringHash } = row;
      return [{ name, reason, scoring, scoringHash, run, source, entries: pairs(row, run, source) }];
    });
  }
}

const pairs = ({ entries }: Row, run: RunView, source: RunView): ScoreSetView['entries'] =>
  run.entries.flatMap((rescored) => {
    const pair = entries.find(({ entryId }) => entryId === rescored.id);
    const original = source.entries.find(({ id }) => id === pair?.sourceEntryId);
    return pair && original ? [{ rescored, original, changes: changesOf(pair) }] : [];
  });

function changesOf({ raised, lowered, gained, lost, same }: Row['entries'][number]): ScoreChanges | null {
  if (raised === null || lowered === null || gained === null || lost === null || same === null) return null;
  return { raised, lowered, gained, lost, same };
}
