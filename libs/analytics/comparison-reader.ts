import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { AppError } from '#libs/common';
import { refuseDeleted, sampleScoreSql } from '#libs/results';
import { AVERAGED, metadataPath, reduce, type Reduction } from '#libs/scoring';
import type { EntryStatus, RunConfig } from '#libs/runs';
import type { ClusterOf } from './compare.js';
import { knownCost } from './entry-summary.js';
import type { GateMeasures } from './gate.js';
import type { TrialScores } from './power-plan.js';

/** An entry, and all that decides whether it may be compared with another. */
export interface EntryFacts {
  entryId: string;
  runId: string;
  agent: AgentSpec;
  agentVersion: number;
  status: EntryStatus;
  config: RunConfig;
  scorerVersions: Record<string, number>;
  /** Null in entries from before it was kept, which are averaged. */
  reduction: Reduction | null;
  /** Of an entry of a score set: whose outputs it scores, and by which scorers. */
  rescores: { entryId: string; scoringHash: string } | null;
  benchmark: string;
  benchmarkVersion: number;
  versionId: string;
  contentHash: string;
  /** Trials that are stored, and what they cost together as far as prices are known. */
  storedTrials: number;
  costUsd: number;
}

/** Of one trial as it went; null where the price of the agent's model is unknown. */
export function costPerTrial({ agent, costUsd, storedTrials }: EntryFacts): number | null {
  return storedTrials === 0 ? null : knownCost(agent, costUsd / storedTrials);
}

/** Names for sentences: the agent's, with its version and run where another entry has the same. */
export function namesOf(entries: readonly EntryFacts[]): string[] {
  const names = entries.map(({ agent }) => agent.name);
  return entries.map(({ agent, agentVersion, runId }) =>
    names.filter((name) => name === agent.name).length === 1
      ? agent.name
      : `${agent.name}@${agentVersion} of run ${runId}`,
  );
}

const FACTS = `
SELECT e.id AS "entryId", e.run_id AS "runId", e.agent, a.version AS "agentVersion", e.status, r.config,
  r.scorer_versions AS "scorerVersions",
  (SELECT jsonb_build_object('entryId', c.source_entry_id, 'scoringHash', s.scoring_hash)
   FROM score_set_entries c JOIN score_sets s ON s.id = e.run_id WHERE c.entry_id = e.id) AS rescores,
  b.name AS benchmark, v.version AS "benchmarkVersion", v.id AS "versionId",
  v.content_hash AS "contentHash", e.scored + e.agent_errors + e.infra_errors + e.unscored AS "storedTrials",
  e.cost_usd::double precision AS "costUsd", u.reduction
FROM run_entries e
JOIN runs r ON r.id = e.run_id
JOIN agents a ON a.id = e.agent_id
JOIN benchmark_versions v ON v.id = r.benchmark_version_id
JOIN benchmarks b ON b.id = v.benchmark_id
LEFT JOIN rollups u ON u.entry_id = e.id
WHERE r.workspace_id = $1 AND (e.id = ANY ($2::uuid[]) OR e.run_id = ANY ($2::uuid[]))
ORDER BY e.run_id, e.position`;

const TRIALS = `
WITH sample AS (
  SELECT entry_id, sample_id, json_agg(score ORDER BY epoch) AS scores
  FROM results WHERE run_id = ANY ($1::uuid[]) AND entry_id = ANY ($2::uuid[]) AND outcome = 'scored'
  GROUP BY entry_id, sample_id
)
SELECT entry_id AS "entryId", json_object_agg(sample_id, scores) AS scores FROM sample GROUP BY entry_id`;

const MEASURES = (reduction: Reduction): string => `
WITH trial AS (
  SELECT * FROM results WHERE run_id = ANY ($1::uuid[]) AND entry_id = ANY ($2::uuid[])
), sample AS (
  SELECT entry_id, ordinal, min(sample_id) AS sample_id, ${sampleScoreSql(reduction)} AS score,
    avg(cost_usd)::double precision AS cost,
    avg((outcome IN ('agent_error', 'infra_error'))::integer)::double precision AS errors
  FROM trial GROUP BY entry_id, ordinal
), latency AS (
  SELECT entry_id, json_agg(latency_ms ORDER BY ordinal, epoch) AS latencies FROM trial
  WHERE outcome IN ('scored', 'unscored') AND latency_ms IS NOT NULL GROUP BY entry_id
)
SELECT s.entry_id AS "entryId", json_agg(sample_id ORDER BY ordinal) AS "sampleIds",
  json_agg(score ORDER BY ordinal) AS scores, json_agg(cost ORDER BY ordinal) AS costs,
  json_agg(errors ORDER BY ordinal) AS errors,
  coalesce((SELECT latencies FROM latency WHERE entry_id = s.entry_id), '[]') AS latencies
FROM sample s GROUP BY s.entry_id`;

/** Of a sample in several versions, the cluster of the first entry's. */
const CLUSTERS = `
SELECT coalesce(json_object_agg(sample_id, cluster ORDER BY array_position($1::uuid[], version_id) DESC), '{}') AS clusters
FROM (SELECT sample_id, benchmark_version_id AS version_id,
    CASE WHEN $2::text[] IS NULL THEN category ELSE metadata #>> $2::text[] END AS cluster
  FROM samples WHERE benchmark_version_id = ANY ($1::uuid[]) AND ordinal >= 0) AS s
WHERE cluster IS NOT NULL`;

/** In the place of what samples have in common: each is for itself. */
export const NO_CLUSTERS = 'none';

/** What samples of a comparison are taken to have in common; null where each is for itself. */
export interface Clustering {
  by: string | null;
  of: ClusterOf | null;
}

/** Reads what comparisons are made from: facts of entries, and their results by sample. */
@Injectable()
export class ComparisonReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Entries in the order of their references. A reference is the id of an entry, or of a run that has only one.
   * @param scoreSets take the place of the entries that they score anew.
   * @throws AppError `entry_not_found`, `entry_ambiguous`, `entry_not_completed`, `entry_repeated`, `score_set_not_used`
   */
  async entries(
    workspaceId: string,
    references: readonly string[],
    scoreSets: readonly string[] = [],
  ): Promise<EntryFacts[]> {
    const rows = await this.dataSource.query<EntryFacts[]>(FACTS, [
      workspaceId,
      [...references, ...scoreSets],
    ]);
    const found = rescored(
      references.map((reference) => pick(rows, reference.toLowerCase())),
      rows,
      scoreSets,
    );
    found.forEach((entry, place) => {
      if (entry.status !== 'completed') throw notCompleted(entry);
      if (found.indexOf(entry) < place) {
        throw AppError.invalid('entry_repeated', `Entry ${entry.entryId} is named twice; name others.`);
      }
    });
    return found;
  }

  /**
   * The scores of every scored trial by sample, in the order of the entries. What is no mean of trials has no variance
   * between them either: a sample has its one reduced score then.
   * @throws AppError `results_deleted`
   */
  async trialScores(entries: readonly EntryFacts[]): Promise<TrialScores[]> {
    await refuseDeleted(this.dataSource, keysOf(entries)[0]);
    const rows = await this.dataSource.query<{ entryId: string; scores: Record<string, number[]> }[]>(
      TRIALS,
      keysOf(entries),
    );
    const { reducers, pass_value } = reductionOf(entries);
    const reducer = reducers[0] === 'mean' ? 'collect' : reducers[0]!;
    return entries.map(({ entryId }) => {
      const samples = Object.entries(rows.find((row) => row.entryId === entryId)?.scores ?? {});
      const counted = samples.map(([id, scores]) => [id, reduce(reducer, scores, pass_value)] as const);
      return new Map(counted.filter(([, scores]) => scores.length > 0));
    });
  }

  /** @param wanted as `cluster_by` of a benchmark, or `none`; without, as the benchmark of the first entry says */
  async clustering(entries: readonly EntryFacts[], wanted?: string): Promise<Clustering> {
    const by = wanted ?? reductionOf(entries).cluster_by ?? NO_CLUSTERS;
    if (by === NO_CLUSTERS) return { by: null, of: null };
    const [{ clusters }] = await this.dataSource.query<[{ clusters: Record<string, string> }]>(CLUSTERS, [
      [...new Set(entries.map(({ versionId }) => versionId))],
      metadataPath(by),
    ]);
    return { by, of: new Map(Object.entries(clusters)) };
  }

  /** What gates look at, in the order of the entries. @throws AppError `results_deleted` */
  async measures(entries: readonly EntryFacts[]): Promise<GateMeasures[]> {
    await refuseDeleted(this.dataSource, keysOf(entries)[0]);
    const rows = await this.dataSource.query<(GateMeasures & { entryId: string })[]>(
      MEASURES(reductionOf(entries)),
      keysOf(entries),
    );
    return entries.map(
      ({ entryId }) =>
        rows.find((row) => row.entryId === entryId) ?? {
          sampleIds: [],
          scores: [],
          costs: [],
          errors: [],
          latencies: [],
        },
    );
  }
}

/** All are measured alike, also those that a caller compares though their benchmarks reduce otherwise: as the first. */
export const reductionOf = ([first]: readonly EntryFacts[]): Reduction => first?.reduction ?? AVERAGED;

export const keysOf = (entries: readonly EntryFacts[]): [string[], string[]] => [
  [...new Set(entries.map(({ runId }) => runId))],
  entries.map(({ entryId }) => entryId),
];

function pick(rows: readonly EntryFacts[], reference: string): EntryFacts {
  const named = rows.find(({ entryId }) => entryId === reference);
  if (named) return named;
  const [only, ...others] = rows.filter(({ runId }) => runId === reference);
  if (!only) {
    throw AppError.notFound(
      'entry_not_found',
      `There is no entry or run "${reference}". GET /api/v1/runs/:run_id shows the ids of a run's entries.`,
    );
  }
  if (others.length === 0) return only;
  const choices = [only, ...others].map(({ agent, entryId }) => `${entryId} (${agent.name})`);
  throw AppError.invalid(
    'entry_ambiguous',
    `Run ${reference} has several entries; name one of ${choices.join(', ')}.`,
  );
}

/** The entries as the score sets score them, as far as they do. */
function rescored(
  entries: EntryFacts[],
  rows: readonly EntryFacts[],
  scoreSets: readonly string[],
): EntryFacts[] {
  const sets = scoreSets.map((id) => {
    const ofSet = rows.filter(({ runId, rescores }) => rescores && runId === id.toLowerCase());
    if (ofSet.some(({ rescores }) => entries.some(({ entryId }) => entryId === rescores?.entryId)))
      return ofSet;
    throw AppError.notFound(
      'score_set_not_used',
      `There is no score set "${id}" of any of these entries. GET /api/v1/runs/:run_id/score-sets lists those of a run.`,
    );
  });
  return entries.map(
    (entry) => sets.flat().find(({ rescores }) => rescores?.entryId === entry.entryId) ?? entry,
  );
}

function notCompleted({ entryId, agent, status, runId }: EntryFacts): AppError {
  return AppError.conflict(
    'entry_not_completed',
    `Entry ${entryId} (${agent.name}) is ${status}, so its samples are not those of a whole run. ` +
      (status === 'failed' || status === 'cancelled'
        ? `Start its run anew, or retry a failed one with POST /api/v1/runs/${runId}/retry.`
        : `Wait for its end: GET /api/v1/runs/${runId}.`),
  );
}
