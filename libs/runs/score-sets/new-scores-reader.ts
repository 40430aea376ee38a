import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { decodeCursor, FIRST_ID, toPage, type Page, type PageRequest } from '#libs/common';
import type { Outcome, ScoreValues } from '#libs/results';

/** What a score set says of one trial, beside what was said before. */
export interface NewScore {
  entryId: string;
  ordinal: number;
  sampleId: string;
  epoch: number;
  category: string | null;
  outcome: Outcome;
  score: number | null;
  scores: ScoreValues | null;
  explanations: Record<string, string> | null;
  errorCode: string | null;
  error: string | null;
  overridden: boolean;
  originalOutcome: Outcome | null;
  originalScore: number | null;
}

export interface NewScoreFilter {
  entryIds?: string[];
  outcome?: Outcome;
  /** Those whose outcome or score is another than before. */
  changed?: boolean;
}

const KEY = z.tuple([z.uuid(), z.int32(), z.int32()]);
/** Before every trial. */
const START = [FIRST_ID, -(2 ** 31), 0];

/** The read model of a score set's single trials. */
@Injectable()
export class NewScoresReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** In the order of entry, sample and epoch, the primary key's, so that a deep page costs what the first one does. */
  async list(
    { id, sourceId }: { id: string; sourceId: string },
    filter: NewScoreFilter,
    page: PageRequest,
  ): Promise<Page<NewScore>> {
    const after = page.cursor === undefined ? START : decodeCursor(page.cursor, KEY);
    const rows = await this.dataSource.query<NewScore[]>(
      `SELECT n.entry_id AS "entryId", n.ordinal, n.sample_id AS "sampleId", n.epoch, n.category, n.outcome, n.score,
         n.scores, t.explanations, n.error_code AS "errorCode", t.error, n.overridden,
         o.outcome AS "originalOutcome", o.score AS "originalScore"
       FROM results n
       JOIN score_set_entries c ON c.entry_id = n.entry_id
       LEFT JOIN results o ON o.run_id = $2 AND o.entry_id = c.source_entry_id AND o.ordinal = n.ordinal AND o.epoch = n.epoch
       LEFT JOIN transcripts t ON t.run_id = $1 AND t.entry_id = n.entry_id AND t.ordinal = n.ordinal AND t.epoch = n.epoch
       WHERE n.run_id = $1 AND (n.entry_id, n.ordinal, n.epoch) > ($4::uuid, $5::int, $6::int)
         AND ($7::uuid[] IS NULL OR n.entry_id = ANY ($7)) AND ($8::text IS NULL OR n.outcome = $8)
         AND ($9::boolean IS NULL OR $9 = (n.outcome IS DISTINCT FROM o.outcome OR n.score IS DISTINCT FROM o.score))
       ORDER BY n.entry_id, n.ordinal, n.epoch LIMIT $3`,
      [
        id,
        sourceId,
        page.limit + 1,
        ...after,
        filter.entryIds ?? null,
        filter.outcome ?? null,
        filter.changed ?? null,
      ],
    );
    return toPage(rows, page.limit, (row) => [row.entryId, row.ordinal, row.epoch]);
  }
}
