import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { withoutSecrets } from '#libs/agents';
import { BenchmarksService, toSampleJson, type SampleJson } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { TrialPages } from '#libs/results';
import { isFinished } from '../run-state.js';
import { RunsReader, type RunView } from '../runs-reader.js';
import { RUN_FORMAT, RUN_FORMAT_VERSION, type EntryLine, type RunLine, type TrialLine } from './run-file.js';
import { writeRunFile } from './run-file-writer.js';

/** What a view of the run leaves out, exactly as it is stored. */
const EXACTLY = `
SELECT to_json(r) AS run, (SELECT json_agg(to_json(e) ORDER BY e.position) FROM run_entries e WHERE e.run_id = r.id) AS entries
FROM runs r WHERE r.id = $1`;

interface StoredRun {
  active_seconds: number;
  created_at: string;
  started_at: string | null;
  completed_at: string;
}

type StoredEntry = Pick<EntryLine, 'completed_at' | 'price_version'> &
  NonNullable<EntryLine['usage']> & { id: string };

/** Runs as files that another instance imports. */
@Injectable()
export class RunExporter {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly runs: RunsReader,
    private readonly benchmarks: BenchmarksService,
    private readonly trials: TrialPages,
  ) {}

  /**
   * A finished run, piece by piece, in memory that does not grow with it.
   * @param instance what this service is called, for whoever imports it.
   * @throws AppError `run_not_found`, `run_is_score_set`, `run_not_finished`, `results_deleted` at once.
   */
  async export(workspaceId: string, runId: string, instance: string): Promise<AsyncGenerator<string>> {
    const run = await this.runs.get(workspaceId, runId);
    if (run.rescores !== null) {
      throw AppError.conflict(
        'run_is_score_set',
        `${run.id} is a score set and has the outputs of its run. Export that one: GET /api/v1/runs/${run.rescores}/export.`,
      );
    }
    if (!isFinished(run.status)) {
      throw AppError.conflict(
        'run_not_finished',
        `Run ${run.id} is ${run.status}; only finished runs are exported. Wait for its end, or cancel it.`,
      );
    }
    await this.trials.requireKept(run.id);
    const line = await this.runLine(workspaceId, run, instance);
    return writeRunFile(line, this.samplesOf(run), this.trialsOf(run, line.run.completed_at));
  }

  private async runLine(workspaceId: string, run: RunView, instance: string): Promise<RunLine> {
    const { benchmark, version } = await this.benchmarks.resolveVersion(
      workspaceId,
      run.benchmark.id,
      String(run.benchmark.version),
    );
    const [stored] = await this.dataSource.query<[{ run: StoredRun; entries: StoredEntry[] }]>(EXACTLY, [
      run.id,
    ]);
    const { active_seconds, created_at, started_at, completed_at } = stored.run;
    return {
      type: 'run',
      format: RUN_FORMAT,
      version: RUN_FORMAT_VERSION,
      origin: run.importedFrom ?? { format: RUN_FORMAT, instance, run_id: run.id },
      run: {
        status: run.status as RunLine['run']['status'],
        error: run.error,
        config: run.config,
        limits: run.limits,
        scorer_versions: run.scorerVersions,
        sample_count: run.sampleCount,
        active_seconds,
        created_at,
        started_at,
        completed_at,
      },
      benchmark: {
        name: benchmark.name,
        title: benchmark.title,
        description: benchmark.description,
        version: version.version,
        content_hash: version.contentHash,
        definition: version.definition,
      },
      entries: run.entries.map((entry, place) => toEntryLine(entry, stored.entries[place] as StoredEntry)),
    };
  }

  private async *samplesOf(run: RunView): AsyncGenerator<SampleJson[]> {
    for await (const batch of this.benchmarks.allSamples(run.benchmark.versionId)) {
      yield batch.map(toSampleJson);
    }
  }

  /** Ends in an error where the run goes on meanwhile: what was read would be of two states. */
  private async *trialsOf(run: RunView, completedAt: string): AsyncGenerator<TrialLine[]> {
    const places = new Map(run.entries.map(({ id }, place) => [id, place]));
    for await (const page of this.trials.withTranscripts(run.id)) {
      yield page.map(({ entry_id, category: _category, ...trial }) => ({
        type: 'trial',
        entry: places.get(entry_id) as number,
        ...trial,
      }));
    }
    const [same] = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM runs WHERE id = $1 AND completed_at = $2::timestamptz',
      [run.id, completedAt],
    );
    if (!same)
      throw AppError.conflict('run_changed', `Run ${run.id} went on while it was exported. Export it again.`);
  }
}

const toEntryLine = (entry: RunView['entries'][number], stored: StoredEntry): EntryLine => ({
  agent: {
    name: entry.agent.name,
    version: entry.agentVersion,
    adapter: entry.agent.adapter,
    model: entry.agent.model,
    settings: withoutSecrets(entry.agent.settings),
  },
  status: entry.status as EntryLine['status'],
  error_code: entry.errorCode,
  error: entry.error,
  trials: entry.trials,
  usage: {
    input_tokens: stored.input_tokens,
    output_tokens: stored.output_tokens,
    cost_usd: stored.cost_usd,
    rate_limited: stored.rate_limited,
    doubtful_usd: stored.doubtful_usd,
    doubtful_tokens: stored.doubtful_tokens,
  },
  price_version: stored.price_version,
  completed_at: stored.completed_at,
});
