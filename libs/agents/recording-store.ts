import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError, storableJson, storableText, type InputError } from '#libs/common';
import type { AgentEntity } from './agent.entity.js';
import {
  RecordingSource,
  recordingLineSchema,
  type RecordedAnswer,
  type RecordingLine,
} from './replay/recording-source.js';

/** A line of an upload, or why it could not be read. */
type UploadedRow =
  { line: number; value: Record<string, unknown> } | { line: number; column?: number; reason: string };

interface Wanted {
  sampleId: string;
  epoch: number;
  resolve: (answer: RecordedAnswer | null) => void;
  reject: (error: unknown) => void;
}

const BATCH = 500;
const MAX_REPORTED = 20;

const RECORD_RUN = `
INSERT INTO recordings (agent_id, sample_id, epoch, answer)
SELECT $1, r.sample_id, r.epoch, jsonb_strip_nulls(jsonb_build_object('output', t.output,
  'finish_reason', CASE WHEN t.finish_reason IN ('stop', 'length', 'content_filter', 'other') THEN t.finish_reason ELSE 'stop' END,
  'usage', CASE WHEN r.input_tokens IS NOT NULL AND r.output_tokens IS NOT NULL
    THEN jsonb_build_object('input_tokens', r.input_tokens, 'output_tokens', r.output_tokens) END))
FROM results r JOIN transcripts t USING (run_id, entry_id, ordinal, epoch)
WHERE r.run_id = $2 AND r.entry_id = $3 AND t.output IS NOT NULL`;

/** Recorded answers in Postgres. */
@Injectable()
export class RecordingStore extends RecordingSource {
  private readonly wanted = new Map<string, Wanted[]>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
  }

  /** Look-ups of one turn of the event loop go to Postgres together. */
  find(agentId: string, sampleId: string, epoch: number): Promise<RecordedAnswer | null> {
    return new Promise((resolve, reject) => {
      const waiting = this.wanted.get(agentId) ?? [];
      if (waiting.push({ sampleId, epoch, resolve, reject }) > 1) return;
      this.wanted.set(agentId, waiting);
      setImmediate(() => {
        this.wanted.delete(agentId);
        void this.fetch(agentId, waiting);
      });
    });
  }

  /**
   * Replaces all answers of a replay agent, in one transaction.
   * @param isUsed whether a run was made with the agent, which then must not change.
   * @returns how many there are now.
   * @throws AppError naming every bad line (the first 20), and nothing is changed.
   */
  async replace(
    agent: AgentEntity,
    rows: AsyncIterable<UploadedRow>,
    isUsed: (agentId: string) => Promise<boolean>,
  ): Promise<number> {
    if (agent.adapter !== 'replay') {
      throw AppError.invalid(
        'not_a_replay_agent',
        `Agent "${agent.name}" is no replay agent; only those have recordings.`,
      );
    }
    return this.dataSource.transaction(async (manager) => {
      // A run's entry refers to the agent, so none is made while the row is locked.
      await manager.query('SELECT id FROM agents WHERE id = $1 FOR UPDATE', [agent.id]);
      if (await isUsed(agent.id)) {
        throw AppError.conflict(
          'agent_in_use',
          `Agent "${agent.name}" version ${agent.version} has answered in a run and cannot change. Create another agent for another recording.`,
        );
      }
      await manager.query('DELETE FROM recordings WHERE agent_id = $1', [agent.id]);
      return this.insertAll(manager, agent.id, rows);
    });
  }

  /** Gives a new replay agent what it answered in a run that was run elsewhere, so that it can answer the same again. */
  async recordRun(manager: EntityManager, agentId: string, runId: string, entryId: string): Promise<void> {
    await manager.query(RECORD_RUN, [agentId, runId, entryId]);
  }

  private async insertAll(
    manager: EntityManager,
    agentId: string,
    rows: AsyncIterable<UploadedRow>,
  ): Promise<number> {
    const errors: InputError[] = [];
    let good = 0;
    let bad = 0;
    let batch: (RecordingLine & { line: number })[] = [];
    const reject = (found: InputError[]): void => {
      bad++;
      errors.push(...found.slice(0, MAX_REPORTED - errors.length));
    };
    const flush = async (): Promise<void> => {
      const stored = await this.insert(manager, agentId, batch);
      good += stored.size;
      for (const { line, sample_id, epoch } of batch) {
        if (!stored.has(line))
          reject([
            { line, sample_id, message: `Epoch ${epoch} of sample "${sample_id}" was recorded before.` },
          ]);
      }
      batch = [];
    };
    for await (const row of rows) {
      if ('reason' in row) {
        reject([{ line: row.line, column: row.column, message: row.reason }]);
        continue;
      }
      const parsed = recordingLineSchema.safeParse(row.value);
      if (parsed.success) batch.push({ ...parsed.data, line: row.line });
      else
        reject(
          parsed.error.issues.map((issue) => ({
            line: row.line,
            path: issue.path.join('.'),
            message: issue.message,
          })),
        );
      if (batch.length === BATCH) await flush();
    }
    await flush();
    if (bad === 0) return good;
    throw AppError.invalid(
      'invalid_recording',
      `${bad} of ${good + bad} recorded answers are wrong, so nothing was changed. The first is on line ${errors[0]?.line}.`,
      errors,
      { good_lines: good, bad_lines: bad },
    );
  }

  /** The lines that were stored; a line whose key was there already is not. */
  private async insert(
    manager: EntityManager,
    agentId: string,
    batch: (RecordingLine & { line: number })[],
  ): Promise<Set<number>> {
    const lines = new Map(
      batch.toReversed().map((row) => [`${storableText(row.sample_id)} ${row.epoch}`, row.line]),
    );
    const rows = await manager.query<{ key: string }[]>(
      `INSERT INTO recordings (agent_id, sample_id, epoch, answer)
       SELECT $1, * FROM unnest($2::text[], $3::int[], $4::jsonb[])
       ON CONFLICT DO NOTHING RETURNING sample_id || ' ' || epoch AS key`,
      [
        agentId,
        batch.map((row) => storableText(row.sample_id)),
        batch.map((row) => row.epoch),
        batch.map(({ line: _line, sample_id: _sampleId, epoch: _epoch, ...answer }) => storableJson(answer)),
      ],
    );
    return new Set(rows.map(({ key }) => lines.get(key) as number));
  }

  private async fetch(agentId: string, wanted: Wanted[]): Promise<void> {
    try {
      const rows = await this.dataSource.query<{ key: string; answer: RecordedAnswer }[]>(
        `SELECT r.sample_id || ' ' || r.epoch AS key, r.answer
         FROM unnest($2::text[], $3::int[]) AS w (sample_id, epoch)
         JOIN recordings r ON r.agent_id = $1 AND r.sample_id = w.sample_id AND r.epoch = w.epoch`,
        [agentId, wanted.map(({ sampleId }) => sampleId), wanted.map(({ epoch }) => epoch)],
      );
      const answers = new Map(rows.map(({ key, answer }) => [key, answer]));
      for (const { sampleId, epoch, resolve } of wanted) resolve(answers.get(`${sampleId} ${epoch}`) ?? null);
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}
