import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AgentsService, RecordingStore, type AgentEntity } from '#libs/agents';
import { BenchmarkPublisher, BenchmarksService, plainBytes, type PublishedVersion } from '#libs/benchmarks';
import { AppError, isId, newId, type InputError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { RollupCache, writeRollup } from '#libs/results';
import { countTrials, planShards } from '../plan-entries.js';
import { SampleSelection } from '../sample-selection.js';
import { insertTrials } from './insert-trials.js';
import { importKeyOf, RUN_FORMAT, type EntryLine, type RunLine } from './run-file.js';
import { invalid, RunFileReader, type PlacedTrial } from './run-file-reader.js';

export interface ImportedRun {
  runId: string;
  /** False where the same run was there already. */
  created: boolean;
}

interface Entrant {
  entryId: string;
  agent: AgentEntity;
  /** Whether the agent was made by this import. */
  isNew: boolean;
  line: EntryLine;
}

const MAX_REPORTED = 20;

/** Makes runs that were run elsewhere finished runs of this service. */
@Injectable()
export class RunImporter {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly publisher: BenchmarkPublisher,
    private readonly benchmarks: BenchmarksService,
    private readonly agents: AgentsService,
    private readonly selection: SampleSelection,
    private readonly recordings: RecordingStore,
    private readonly rollups: RollupCache,
    private readonly config: AppConfig,
  ) {}

  /**
   * Imports a run file, compressed by gzip or not: all or nothing, in memory that does not grow with it. A run that was
   * imported before, or was run here, is the answer itself.
   * @throws AppError `invalid_run_file`, `invalid_samples` with lines; `run_differs` where the run that is here has gone
   * on, or the one in the file.
   */
  async import(
    workspaceId: string,
    file: { name: string; bytes: AsyncIterable<Buffer> },
  ): Promise<ImportedRun> {
    const { all, close } = await plainBytes(file, this.config.datasets.limitBytes);
    try {
      return await this.importLines(workspaceId, all);
    } finally {
      await close();
    }
  }

  /** The same from the lines of a run file. */
  async importLines(workspaceId: string, bytes: AsyncIterable<Buffer | string>): Promise<ImportedRun> {
    const reader = new RunFileReader(bytes);
    try {
      return await this.importFrom(workspaceId, reader);
    } finally {
      // A client that still sends would not get to the answer.
      await reader.drain().catch(() => undefined);
    }
  }

  private async importFrom(workspaceId: string, reader: RunFileReader): Promise<ImportedRun> {
    const line = await reader.run();
    const imported = await this.dataSource.transaction(async (manager) => {
      const known = await this.find(manager, workspaceId, line);
      if (known !== undefined) return { runId: known, created: false };
      const version = await this.publish(manager, workspaceId, line, reader);
      const run = { id: newId(), versionId: version.version.id };
      await insertRun(manager, workspaceId, run, line);
      await this.select(manager, run.id, version, line);
      const entrants = await this.enter(manager, workspaceId, run.id, line);
      await this.store(manager, run, line, entrants, reader.trials());
      await this.finish(manager, run.id, entrants);
      return { runId: run.id, created: true };
    });
    if (imported.created)
      await Promise.all([this.benchmarks.forget(workspaceId), this.rollups.forget(workspaceId)]);
    return imported;
  }

  /** The run where it is here already. Of two imports at once, the second waits for the first. */
  private async find(
    manager: EntityManager,
    workspaceId: string,
    { origin, run }: RunLine,
  ): Promise<string | undefined> {
    const key = importKeyOf(origin);
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${workspaceId} ${key}`]);
    const ownId = origin.format === RUN_FORMAT && isId(origin.run_id) ? origin.run_id : null;
    const [known] = await manager.query<{ id: string; isSame: boolean }[]>(
      `SELECT id, completed_at IS NOT DISTINCT FROM $4::timestamptz AS "isSame" FROM runs
       WHERE workspace_id = $1 AND (import_key = $2 OR id = $3::uuid)`,
      [workspaceId, key, ownId, run.completed_at],
    );
    if (!known || known.isSame) return known?.id;
    throw AppError.conflict(
      'run_differs',
      `Run ${origin.run_id} is here as ${known.id} and ended at another time than in the file: one of the two has gone on since. Import it into another workspace.`,
    );
  }

  private async publish(
    manager: EntityManager,
    workspaceId: string,
    { benchmark, run }: RunLine,
    reader: RunFileReader,
  ): Promise<PublishedVersion> {
    const { name, title, description, definition, content_hash } = benchmark;
    const [present] = await manager.query<unknown[]>(
      'SELECT 1 FROM benchmarks WHERE workspace_id = $1 AND name = $2',
      [workspaceId, name],
    );
    // What people here call it stays.
    const header = present ? { name } : { name, title, description };
    const published = await this.publisher.publishWithin(
      manager,
      workspaceId,
      header,
      definition,
      reader.samples(),
    );
    const { contentHash, sampleCount } = published.version;
    if (content_hash !== null && content_hash !== contentHash) {
      throw invalid(
        `Benchmark ${name}@${benchmark.version} has another content here than where it was exported (${contentHash.slice(0, 12)}, not ${content_hash.slice(0, 12)}): the file was changed, or the other service is of another version.`,
      );
    }
    if (run.sample_count > sampleCount) {
      throw invalid(
        `The run says that it has ${run.sample_count} samples, and its benchmark has ${sampleCount}.`,
      );
    }
    return published;
  }

  /** Of the same samples a filter lets the same ones through. */
  private async select(
    manager: EntityManager,
    runId: string,
    { version }: PublishedVersion,
    { run }: RunLine,
  ): Promise<void> {
    const count = await this.selection.select(manager, runId, version, run.config);
    if (count === undefined || count === run.sample_count) return;
    throw invalid(
      `The run says that it has ${run.sample_count} samples, and its filter lets ${count} through.`,
    );
  }

  private async enter(
    manager: EntityManager,
    workspaceId: string,
    runId: string,
    { entries, run }: RunLine,
  ): Promise<Entrant[]> {
    const planned = countTrials(run.sample_count, run.config.epochs);
    const entrants: Entrant[] = [];
    for (const [place, line] of entries.entries()) {
      if (line.trials > planned) {
        throw invalid(`Entry ${place} has ${line.trials} trials; the run plans ${planned}.`);
      }
      const { agent, created } = await this.agents.adopt(manager, workspaceId, line.agent);
      const { name, adapter, model, settings } = agent;
      const entrant = { entryId: newId(), agent, isNew: created, line };
      await manager.query(INSERT_ENTRY, [
        entrant.entryId,
        runId,
        place,
        agent.id,
        { id: agent.id, name, adapter, model, settings },
        line,
      ]);
      entrants.push(entrant);
    }
    // Should it go on here, what it has is skipped as after a crash.
    await planShards(manager, runId, this.config.engine);
    await manager.query(END_SHARDS, [runId]);
    return entrants;
  }

  private async store(
    manager: EntityManager,
    run: { id: string; versionId: string },
    { run: { config } }: RunLine,
    entrants: Entrant[],
    trials: AsyncIterable<PlacedTrial[]>,
  ): Promise<void> {
    const target = { ...run, entryIds: entrants.map(({ entryId }) => entryId) };
    const errors: InputError[] = [];
    let bad = 0;
    for await (const batch of trials) {
      const late = batch.filter(({ epoch }) => epoch > config.epochs);
      const found = [
        ...late.map(({ line, epoch }) => ({
          line,
          message: `There is no epoch ${epoch}; the run has ${config.epochs}.`,
        })),
        ...(batch.length > 0 ? await insertTrials(manager, target, batch) : []),
      ];
      bad += found.length;
      errors.push(...found.slice(0, MAX_REPORTED - errors.length));
    }
    if (bad > 0) throw invalid(`${bad} trials do not fit the run.`, errors);
  }

  private async finish(manager: EntityManager, runId: string, entrants: Entrant[]): Promise<void> {
    for (const [place, { entryId, agent, isNew, line }] of entrants.entries()) {
      const [[counted]] = await manager.query<[{ stored: number }[]]>(COUNT_ENTRY, [
        entryId,
        runId,
        line.usage === null,
      ]);
      const stored = counted?.stored ?? 0;
      if (line.status === 'completed' ? stored !== line.trials : stored > line.trials) {
        throw invalid(
          `Entry ${place} (${agent.name}) is ${line.status} with ${line.trials} trials, and the file has ${stored}.`,
        );
      }
      await writeRollup(manager, runId, entryId);
      if (isNew && agent.adapter === 'replay') {
        await this.recordings.recordRun(manager, agent.id, runId, entryId);
      }
    }
  }
}

async function insertRun(
  manager: EntityManager,
  workspaceId: string,
  { id, versionId }: { id: string; versionId: string },
  { origin, run }: RunLine,
): Promise<void> {
  await manager.query(
    `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, limits, sample_count, scorer_versions, error,
       active_seconds, created_at, started_at, completed_at, imported_from, import_key, imported_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now())`,
    [
      id,
      workspaceId,
      versionId,
      run.status,
      run.config,
      run.limits,
      run.sample_count,
      run.scorer_versions,
      run.error,
      run.active_seconds,
      run.created_at,
      run.started_at,
      run.completed_at,
      origin,
      importKeyOf(origin),
    ],
  );
}

/** $6 is the entry's line. */
const INSERT_ENTRY = `
INSERT INTO run_entries (id, run_id, position, agent_id, agent, status, error_code, error, trials, input_tokens,
  output_tokens, cost_usd, rate_limited, doubtful_usd, doubtful_tokens, price_version, completed_at)
SELECT $1, $2, $3, $4, $5, e.status, e.error_code, e.error, e.trials, coalesce(u.input_tokens, 0),
  coalesce(u.output_tokens, 0), coalesce(u.cost_usd, 0), coalesce(u.rate_limited, 0), coalesce(u.doubtful_usd, 0),
  coalesce(u.doubtful_tokens, 0), e.price_version, e.completed_at
FROM jsonb_to_record($6::jsonb) AS e (status text, error_code text, error text, trials int, price_version text,
  completed_at timestamptz, usage jsonb)
LEFT JOIN LATERAL jsonb_to_record(e.usage) AS u (input_tokens bigint, output_tokens bigint, cost_usd numeric,
  rate_limited int, doubtful_usd numeric, doubtful_tokens bigint) ON true`;

const END_SHARDS = `
UPDATE shards s SET status = CASE WHEN e.status = 'completed' THEN 'done' ELSE 'abandoned' END
FROM run_entries e WHERE e.id = s.entry_id AND s.run_id = $1`;

/** $3: whether its usage is that of its trials. */
const COUNT_ENTRY = `
WITH counted AS (
  SELECT count(*) FILTER (WHERE outcome = 'scored') AS scored,
    count(*) FILTER (WHERE outcome = 'agent_error') AS agent_errors,
    count(*) FILTER (WHERE outcome = 'infra_error') AS infra_errors,
    count(*) FILTER (WHERE outcome = 'unscored') AS unscored, count(*)::int AS stored,
    coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
    coalesce(sum(cost_usd), 0) AS cost_usd
  FROM results WHERE run_id = $2 AND entry_id = $1
)
UPDATE run_entries e SET scored = c.scored, agent_errors = c.agent_errors, infra_errors = c.infra_errors,
  unscored = c.unscored,
  input_tokens = CASE WHEN $3 THEN c.input_tokens ELSE e.input_tokens END,
  output_tokens = CASE WHEN $3 THEN c.output_tokens ELSE e.output_tokens END,
  cost_usd = CASE WHEN $3 THEN c.cost_usd ELSE e.cost_usd END
FROM counted c WHERE e.id = $1 RETURNING c.stored`;
