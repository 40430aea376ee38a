import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { CONDITIONS } from './conditions.js';
import { ComparisonReader, costPerTrial, namesOf, type EntryFacts } from './comparison-reader.js';
import { SampleScoresReader, type OrdinalScores } from './sample-scores-reader.js';
import { standings, standingsSentence, type Standing } from './leaderboard.js';

/** Which entries take part: by when they completed. */
export interface Period {
  since?: Date;
  until?: Date;
}

/** Which samples count. */
export interface SampleFilter {
  category?: string;
  tag?: string;
}

/** A completed entry that stands for its agent. */
export interface RankedEntry extends EntryFacts {
  completedAt: Date;
  /** Changes with every score that is set by hand. */
  rolledUpAt: Date;
  /** Over all samples, in [0, 1]. */
  score: number;
  /** Milliseconds; null where no trial was answered. */
  latencyP50: number | null;
}

export interface LeftOut {
  entry: RankedEntry;
  reason: string;
}

/** Who takes part in a leaderboard. */
export interface Field {
  /** Made under the same conditions, best score first. */
  entries: RankedEntry[];
  /** Agents that have no entry under these conditions, each with its newest one, and those beyond the limit. */
  leftOut: LeftOut[];
}

export interface Leaderboard {
  /** Best first. */
  standings: (Standing & { entry: RankedEntry; name: string; costPerTrial: number | null })[];
  leftOut: LeftOut[];
  text: string;
}

/** More are left out: every pair of agents is tested. */
const MAX_RANKED = 50;

const OTHER_CONDITIONS =
  'Its entries have other scorer versions, generation settings or samples than those of most agents.';

/** Of each agent the newest completed entry, under the conditions that most agents share. */
const FIELD = `
WITH entry AS (
  SELECT e.id, e.agent_id, e.completed_at, u.mean, u.latency_ms, u.created_at AS rolled_up_at,
    ${CONDITIONS} AS conditions
  FROM runs r
  JOIN benchmark_versions v ON v.id = r.benchmark_version_id
  JOIN run_entries e ON e.run_id = r.id
  JOIN rollups u ON u.entry_id = e.id
  WHERE r.workspace_id = $1 AND r.benchmark_version_id = $2 AND r.rescores_run_id IS NULL AND e.status = 'completed' AND u.mean IS NOT NULL
    AND ($3::timestamptz IS NULL OR e.completed_at >= $3) AND ($4::timestamptz IS NULL OR e.completed_at < $4)
), shared AS (
  SELECT conditions FROM entry GROUP BY conditions ORDER BY count(DISTINCT agent_id) DESC, max(completed_at) DESC LIMIT 1
), chosen AS (
  SELECT DISTINCT ON (agent_id) *, conditions = (SELECT conditions FROM shared) AS shares FROM entry
  ORDER BY agent_id, conditions = (SELECT conditions FROM shared) DESC, completed_at DESC
)
SELECT id, shares, mean AS score, completed_at AS "completedAt", rolled_up_at AS "rolledUpAt",
  (latency_ms ->> 'p50')::double precision AS "latencyP50"
FROM chosen ORDER BY shares DESC, mean DESC, id`;

type Row = Pick<RankedEntry, 'completedAt' | 'rolledUpAt' | 'score' | 'latencyP50'> & {
  id: string;
  shares: boolean;
};

/** Reads who takes part in a leaderboard; from rollups, never from `results`. */
@Injectable()
export class LeaderboardReader {
  /** By all that they follow from, so that none is ever of yesterday. */
  private readonly boards = new LRUCache<string, Leaderboard>({ max: 100, ttl: 300_000 });

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly comparisons: ComparisonReader,
    private readonly sampleScores: SampleScoresReader,
  ) {}

  async leaderboard(
    workspaceId: string,
    versionId: string,
    { category, tag, ...period }: Period & SampleFilter,
  ): Promise<Leaderboard> {
    const field = await this.field(workspaceId, versionId, period);
    const all = [...field.entries, ...field.leftOut.map(({ entry }) => entry)];
    const state = all.map(({ entryId, rolledUpAt }) => [entryId, rolledUpAt]);
    const key = JSON.stringify([versionId, category, tag, field.entries.length, state]);
    const known = this.boards.get(key);
    if (known) return known;
    const board = await this.rank(versionId, { category, tag }, field);
    this.boards.set(key, board);
    return board;
  }

  private async rank(
    versionId: string,
    filter: SampleFilter,
    { entries, leftOut }: Field,
  ): Promise<Leaderboard> {
    const [samples, counted] = await Promise.all([
      this.sampleScores.byOrdinal(entries),
      this.counted(versionId, filter),
    ]);
    const length = 1 + samples.reduce((most, { ordinals }) => Math.max(most, ordinals.at(-1) ?? -1), -1);
    const names = namesOf(entries);
    const all = entries.map((entry, i) => ({
      entry,
      name: names[i]!,
      scores: columnOf(samples[i]!, counted, length),
      costPerTrial: costPerTrial(entry),
      latency: entry.latencyP50,
    }));
    const isRanked = ({ scores }: { scores: Float64Array }): boolean => !scores.every(Number.isNaN);
    const contenders = all.filter(isRanked);
    const ranked = standings(contenders);
    return {
      standings: ranked.map((standing) => {
        const { entry, name, costPerTrial } = contenders[standing.place]!;
        return { ...standing, entry, name, costPerTrial };
      }),
      leftOut: [
        ...leftOut,
        ...all
          .filter((entry) => !isRanked(entry))
          .map(({ entry }) => ({ entry, reason: 'It has no score for any of these samples.' })),
      ],
      text: standingsSentence(contenders, ranked),
    };
  }

  async field(workspaceId: string, versionId: string, { since, until }: Period): Promise<Field> {
    const rows = await this.dataSource.query<Row[]>(FIELD, [
      workspaceId,
      versionId,
      since ?? null,
      until ?? null,
    ]);
    const facts = await this.comparisons.entries(
      workspaceId,
      rows.map(({ id }) => id),
    );
    const entries = rows.map(({ completedAt, rolledUpAt, score, latencyP50 }, i) => ({
      ...facts[i]!,
      completedAt,
      rolledUpAt,
      score,
      latencyP50,
    }));
    const sharing = rows.filter(({ shares }) => shares).length;
    const ranked = Math.min(sharing, MAX_RANKED);
    return {
      entries: entries.slice(0, ranked),
      leftOut: entries.slice(ranked).map((entry, i) => ({
        entry,
        reason: ranked + i < sharing ? `It is not among the ${MAX_RANKED} best.` : OTHER_CONDITIONS,
      })),
    };
  }

  /** Places of the samples; null where neither category nor tag is asked for, which means all. */
  private async counted(
    versionId: string,
    { category, tag }: SampleFilter,
  ): Promise<ReadonlySet<number> | null> {
    if (category === undefined && tag === undefined) return null;
    const [{ ordinals }] = await this.dataSource.query<[{ ordinals: number[] }]>(
      `SELECT coalesce(json_agg(ordinal), '[]') AS ordinals FROM samples WHERE benchmark_version_id = $1 AND ordinal >= 0
         AND ($2::text IS NULL OR category = $2) AND ($3::text IS NULL OR tags ? $3)`,
      [versionId, category ?? null, tag ?? null],
    );
    return new Set(ordinals);
  }
}

/** By place, NaN where there is none or it does not count. */
function columnOf(
  { ordinals, scores }: OrdinalScores,
  counted: ReadonlySet<number> | null,
  length: number,
): Float64Array {
  const column = new Float64Array(length).fill(NaN);
  ordinals.forEach((ordinal, i) => {
    if (counted?.has(ordinal) !== false) column[ordinal] = scores[i]!;
  });
  return column;
}
