import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import {
  AppError,
  decodeCursor,
  FIRST_ID,
  isId,
  newId,
  toPage,
  type InputError,
  type Page,
  type PageRequest,
} from '#libs/common';
import type { LabelEntity } from './label.entity.js';
import type { CategoryValues, LabelRow } from './label-row.js';
import { resolveLabel, type LabelledRun, type ResolvedLabel } from './resolve-label.js';

/** A label as it was sent and where it stood; or what is wrong there. */
export type SentLabel = { row: LabelRow; at: Omit<InputError, 'message'> } | { errors: InputError[] };

export interface LabelFilter {
  entryIds?: string[];
  sampleId?: string;
  /** Empty for labels of the trial's score. */
  scorer?: string;
  rater?: string;
}

/** Of one request: they are checked together, in memory. */
export const MAX_LABELS = 50_000;

/** Of one statement. */
const BATCH = 5_000;

type Placed = ResolvedLabel & { at: Omit<InputError, 'message'>; ordinal: number | null };

/** Which trials there are, in the order of the labels. */
const ORDINALS = `
SELECT r.ordinal
FROM jsonb_to_recordset($2) AS l (place integer, entry_id uuid, sample_id text, epoch smallint)
LEFT JOIN results r
  ON r.run_id = $1 AND r.entry_id = l.entry_id AND r.sample_id = l.sample_id AND r.epoch = l.epoch
ORDER BY l.place`;

const UPSERT = `
INSERT INTO labels (id, workspace_id, run_id, entry_id, ordinal, epoch, sample_id, scorer, rater, value, category, note)
SELECT id, $1, $2, entry_id, ordinal, epoch, sample_id, scorer, rater, value, category, note
FROM jsonb_to_recordset($3) AS l (id uuid, entry_id uuid, ordinal integer, epoch smallint, sample_id text,
  scorer text, rater text, value double precision, category text, note text)
ON CONFLICT (run_id, entry_id, ordinal, epoch, scorer, rater) DO UPDATE
SET value = excluded.value, category = excluded.category, note = excluded.note, updated_at = now()
RETURNING xmax = 0 AS created`;

/** What people think of trials. */
@Injectable()
export class LabelsService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Stores all labels or none. One that a rater gave before, of the same trial and scorer, is replaced.
   * @throws AppError `invalid_labels` that says of each bad one where it stood, `too_many_labels`, `no_labels`
   */
  async put(
    workspaceId: string,
    run: LabelledRun,
    sent: AsyncIterable<SentLabel> | Iterable<SentLabel>,
    values?: CategoryValues,
  ): Promise<{ created: number; updated: number }> {
    const errors: InputError[] = [];
    const labels: Placed[] = [];
    for await (const label of sent) {
      if (labels.length + errors.length >= MAX_LABELS) throw tooMany();
      if ('errors' in label) {
        errors.push(...label.errors);
        continue;
      }
      const resolved = resolveLabel(label.row, run, values);
      if ('problem' in resolved)
        errors.push({ message: resolved.problem, ...label.at, sample_id: label.row.sample_id });
      else labels.push({ ...resolved, at: label.at, ordinal: null });
    }
    await this.place(run.id, labels);
    errors.push(...problemsOf(labels));
    if (errors.length > 0) throw refused(errors);
    if (labels.length === 0) throw AppError.invalid('no_labels', 'There is no label. Give at least one.');
    return this.write(workspaceId, run.id, labels);
  }

  /** As they came first, oldest first. */
  async list(
    workspaceId: string,
    runId: string,
    filter: LabelFilter,
    page: PageRequest,
  ): Promise<Page<LabelEntity>> {
    const { condition, parameters } = conditionOf(workspaceId, runId, filter);
    const after = page.cursor === undefined ? null : decodeCursor(page.cursor, z.tuple([z.uuid()]))[0];
    const place = parameters.length;
    const rows = await this.dataSource.query<LabelEntity[]>(
      `SELECT id, run_id AS "runId", entry_id AS "entryId", ordinal, epoch, sample_id AS "sampleId", scorer, rater,
         value, category, note, created_at AS "createdAt", updated_at AS "updatedAt"
       FROM labels WHERE ${condition} AND id > coalesce($${place + 1}::uuid, '${FIRST_ID}')
       ORDER BY id LIMIT $${place + 2}`,
      [...parameters, after, page.limit + 1],
    );
    return toPage(rows, page.limit, ({ id }) => [id]);
  }

  /** @returns how many there were. */
  async removeAll(workspaceId: string, runId: string, filter: LabelFilter): Promise<number> {
    const { condition, parameters } = conditionOf(workspaceId, runId, filter);
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `DELETE FROM labels WHERE ${condition}`,
      parameters,
    );
    return count;
  }

  /** @throws AppError `label_not_found` */
  async remove(workspaceId: string, runId: string, id: string): Promise<void> {
    const [, count] = isId(id)
      ? await this.dataSource.query<[unknown, number]>(
          'DELETE FROM labels WHERE workspace_id = $1 AND run_id = $2 AND id = $3',
          [workspaceId, runId, id],
        )
      : [null, 0];
    if (count > 0) return;
    throw AppError.notFound(
      'label_not_found',
      `Run ${runId} has no label "${id}". See GET /api/v1/runs/${runId}/labels.`,
    );
  }

  private async place(runId: string, labels: Placed[]): Promise<void> {
    for (let from = 0; from < labels.length; from += BATCH) {
      const batch = labels.slice(from, from + BATCH);
      const keys = batch.map(({ entryId, sampleId, epoch }, place) => ({
        ...{ place, entry_id: entryId, sample_id: sampleId, epoch },
      }));
      const rows = await this.dataSource.query<{ ordinal: number | null }[]>(ORDINALS, [
        runId,
        JSON.stringify(keys),
      ]);
      batch.forEach((label, i) => (label.ordinal = rows[i]?.ordinal ?? null));
    }
  }

  private write(
    workspaceId: string,
    runId: string,
    labels: Placed[],
  ): Promise<{ created: number; updated: number }> {
    // In one order, so that two who send the same labels do not wait for each other.
    const rows = labels
      .map((label) => ({ key: keyOf(label), label }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ label: { entryId, sampleId, at: _at, ...label } }) => ({
        ...{ id: newId(), entry_id: entryId, sample_id: sampleId, ...label },
      }));
    return this.dataSource.transaction(async (manager) => {
      let created = 0;
      for (let from = 0; from < rows.length; from += BATCH) {
        const batch = JSON.stringify(rows.slice(from, from + BATCH));
        const written = await manager.query<{ created: boolean }[]>(UPSERT, [workspaceId, runId, batch]);
        created += written.filter((row) => row.created).length;
      }
      return { created, updated: rows.length - created };
    });
  }
}

const keyOf = ({ entryId, ordinal, epoch, scorer, rater }: Placed): string =>
  JSON.stringify([entryId, ordinal, epoch, scorer, rater]);

/** Trials that are not there, and labels that are there twice. */
function problemsOf(labels: Placed[]): InputError[] {
  const seen = new Set<string>();
  return labels.flatMap((label) => {
    const { at, sampleId: sample_id, epoch, rater } = label;
    const message =
      label.ordinal === null
        ? `the run has no trial of sample "${sample_id}", epoch ${epoch}, by this agent`
        : seen.has(keyOf(label))
          ? `"${rater}" has labelled this trial further up: give one label`
          : null;
    seen.add(keyOf(label));
    return message === null ? [] : [{ message, ...at, sample_id }];
  });
}

/** Of one answer; the edge shows no more. */
const MAX_SHOWN = 100;

const refused = (errors: InputError[]): AppError =>
  AppError.invalid(
    'invalid_labels',
    `No label was stored: ${errors.length} ${errors.length === 1 ? 'is' : 'are'} wrong. The first: ${errors[0]?.message}.`,
    errors.slice(0, MAX_SHOWN),
  );

const tooMany = (): AppError =>
  new AppError(
    'too_large',
    'too_many_labels',
    `There are more than ${MAX_LABELS} labels, so none was stored. Send them in parts.`,
  );

function conditionOf(
  workspaceId: string,
  runId: string,
  { entryIds, sampleId, scorer, rater }: LabelFilter,
): { condition: string; parameters: unknown[] } {
  const parameters: unknown[] = [workspaceId, runId];
  const conditions = ['workspace_id = $1', 'run_id = $2'];
  const add = (condition: (place: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  add((place) => `entry_id = ANY (${place}::uuid[])`, entryIds);
  add((place) => `sample_id = ${place}`, sampleId);
  add((place) => `scorer = ${place}`, scorer);
  add((place) => `rater = ${place}`, rater);
  return { condition: conditions.join(' AND '), parameters };
}
