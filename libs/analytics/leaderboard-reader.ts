import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CONDITIONS } from './conditions.js';
import {
  ComparisonReader,
  costPerTrial,
  namesOf,
  type EntryFacts,
  type SampleScores,
} from './comparison-reader.js';
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
  SELECT e.id, e.agent_id, e.completed_at, u.mean, u.latency_ms,
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
SELECT id, shares, mean AS score, completed_at AS "completedAt", (latency_ms ->> 'p50')::double precision AS "latencyP50"
FROM chosen ORDER BY shares DESC, mean DESC, id`;

type Row = Pick<RankedEntry, 'completedAt' | 'score' | 'latencyP50'> & { id: string; shares: boolean };

/** Reads who takes part in a leaderboard; from rollups, never from `results`. */
@Injectable()
export class LeaderboardReader {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly comparisons: ComparisonReader,
  ) {}

  async leaderboard(
    workspaceId: string,
    versionId: string,
    { category, tag, ...period }: Period & SampleFilter,
  ): Promise<Leaderboard> {
    const { entries, leftOut } = await this.field(workspaceId, versionId, period);
    const [samples, counted] = await Promise.all([
      this.comparisons.scores(entries),
      this.sampleIds(versionId, { category, tag }),
    ]);
    const names = namesOf(entries);
    const all = entries.map((entry, i) => ({
      entry,
      name: names[i]!,
      scores: scoresOf(samples[i]!, counted),
      costPerTrial: costPerTrial(entry),
      latency: entry.latencyP50,
    }));
    const contenders = all.filter(({ scores }) => scores.size > 0);
    const ranked = standings(contenders);
    return {
      standings: ranked.map((standing) => {
        const { entry, name, costPerTrial } = contenders[standing.place]!;
        return { ...standing, entry, name, costPerTrial };
      }),
      leftOut: [
        ...leftOut,
        ...all
          .filter(({ scores }) => scores.size === 0)
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
    const entries = rows.map(({ completedAt, score, latencyP50 }, i) => ({
      ...facts[i]!,
      completedAt,
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

  /** Null where neither category nor tag is asked for, which means all. */
  private async sampleIds(
    versionId: string,
    { category, tag }: SampleFilter,
  ): Promise<ReadonlySet<string> | null> {
    if (category === undefined && tag === undefined) return null;
    const rows = await this.dataSource.query<{ sampleId: string }[]>(
      `SELECT sample_id AS "sampleId" FROM samples WHERE benchmark_version_id = $1
         AND ($2::text IS NULL OR category = $2) AND ($3::text IS NULL OR tags ? $3)`,
      [versionId, category ?? null, tag ?? null],
    );
    return new Set(rows.map(({ sampleId }) => sampleId));
  }
}

function scoresOf(
  { sampleIds, scores }: SampleScores,
  counted: ReadonlySet<string> | null,
): Map<string, number> {
  return new Map(
    sampleIds.flatMap((id, i) => {
      const score = scores[i] ?? null;
      return score === null || counted?.has(id) === false ? [] : [[id, score] as const];
    }),
  );
}
