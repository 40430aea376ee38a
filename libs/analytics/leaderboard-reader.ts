import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SharedCache } from '#libs/coordination';
import { clustersOf } from './compare.js';
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

/** Over what a leaderboard is made. */
export type LeaderboardFilter = Period & SampleFilter & { cluster?: string };

export interface Leaderboard {
  /** Best first. */
  standings: (Standing & { entry: RankedEntry; name: string; costPerTrial: number | null })[];
  leftOut: LeftOut[];
  /** What samples are taken to have in common; null where each is for itself. */
  clusterBy: string | null;
  text: string;
}

/** A leaderboard by places in its field, as it is cached. */
interface Ranking {
  /** The place is that in the field. */
  standings: Standing[];
  clusterBy: string | null;
  text: string;
}

const CACHE_SECONDS = 300;

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
    AND e.completed_at >= coalesce($3::timestamptz, '-infinity') AND e.completed_at < coalesce($4::timestamptz, 'infinity')
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
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly comparisons: ComparisonReader,
    private readonly sampleScores: SampleScoresReader,
    private readonly cache: SharedCache,
  ) {}

  /** @param filter `cluster` as `cluster_by` of a benchmark, or `none`; without, as the benchmark says. */
  async leaderboard(workspaceId: string, versionId: string, filter: LeaderboardFilter): Promise<Leaderboard> {
    const { entries, leftOut } = await this.field(workspaceId, versionId, filter);
    const { category, tag, cluster } = filter;
    const names = namesOf(entries);
    // The key is all that a ranking follows from, so that any change is another key.
    const state = entries.map((entry, i) => [
      entry.entryId,
      entry.rolledUpAt,
      names[i],
      costPerTrial(entry),
      entry.latencyP50,
    ]);
    const key = createHash('sha256')
      .update(JSON.stringify([versionId, category, tag, cluster, state]))
      .digest('hex');
    const { standings, clusterBy, text } = await this.cache.get(
      `leaderboards:${workspaceId}`,
      key,
      CACHE_SECONDS,
      () => this.rank(versionId, filter, entries, names),
    );
    const ranked = new Set(standings.map(({ place }) => place));
    return {
      standings: standings.map((standing) => {
        const entry = entries[standing.place]!;
        return { ...standing, entry, name: names[standing.place]!, costPerTrial: costPerTrial(entry) };
      }),
      leftOut: [
        ...leftOut,
        ...entries
          .filter((_, place) => !ranked.has(place))
          .map((entry) => ({ entry, reason: 'It has no score for any of these samples.' })),
      ],
      clusterBy,
      text,
    };
  }

  private async rank(
    versionId: string,
    filter: LeaderboardFilter,
    entries: readonly RankedEntry[],
    names: readonly string[],
  ): Promise<Ranking> {
    const [samples, counted, { by, of }] = await Promise.all([
      this.sampleScores.byOrdinal(entries),
      this.counted(versionId, filter),
      this.comparisons.clustering(entries, filter.cluster),
    ]);
    const length = 1 + samples.reduce((most, { ordinals }) => Math.max(most, ordinals.at(-1) ?? -1), -1);
    const clusters = of && clustersOf(await this.sampleScores.namesOf(versionId), of).slice(0, length);
    const contenders = entries
      .map((entry, place) => ({
        place,
        name: names[place]!,
        scores: columnOf(samples[place]!, counted, length),
        costPerTrial: costPerTrial(entry),
        latency: entry.latencyP50,
      }))
      .filter(({ scores }) => !scores.every(Number.isNaN));
    const ranked = standings(contenders, clusters);
    const placeOf = (contender: number): number => contenders[contender]!.place;
    return {
      standings: ranked.map((standing) => ({
        ...standing,
        place: placeOf(standing.place),
        tiedWith: standing.tiedWith.map(placeOf),
      })),
      clusterBy: by,
      text: standingsSentence(contenders, ranked, by),
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
