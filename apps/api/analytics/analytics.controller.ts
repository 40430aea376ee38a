import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import {
  calibrate,
  CalibrationReader,
  compareEntries,
  ComparisonReader,
  costPerTrial,
  namesOf,
  planPower,
  requireComparable,
  SampleScoresReader,
  spreadOf,
  type EntryFacts,
  type Spread,
} from '#libs/analytics';
import { AppError } from '#libs/common';
import { RunsReader } from '#libs/runs';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { CalibrationDto, CalibrationQuery, toCalibrationJson } from './calibration.schema.js';
import { PowerDto, PowerQuery, toPowerJson } from './power.schema.js';
import { CompareQuery, ComparisonDto, toComparedEntryJson, toPairJson } from './compare.schema.js';

@ApiTags('analytics')
@Requires('results:read')
@Controller('api/v1/analytics')
export class AnalyticsController {
  constructor(
    private readonly reader: ComparisonReader,
    private readonly runs: RunsReader,
    private readonly calibrations: CalibrationReader,
    private readonly scores: SampleScoresReader,
  ) {}

  @Get('compare')
  @ApiOperation({
    summary: 'Whether one entry is better than another, and by how much',
    description:
      'Paired by sample. Entries that differ in benchmark content, scorer versions or generation settings are refused with 409 unless `allow` names it.',
  })
  @ZodResponse({ status: 200, type: ComparisonDto })
  async compare(@WorkspaceId() workspaceId: string, @Query() query: CompareQuery) {
    const { margin, allow } = query;
    const bootstrap = query.bootstrap === 'true';
    if (bootstrap && query.entries.length > 2) {
      throw AppError.invalid(
        'bootstrap_of_many',
        `A bootstrap compares two entries, not ${query.entries.length}: ask for each pair.`,
      );
    }
    const entries = await this.reader.entries(workspaceId, query.entries, query.score_set);
    const differences = requireComparable(entries, allow);
    const samples = await this.scores.byName(entries);
    const cluster = await this.reader.clustering(entries, query.cluster);
    const names = namesOf(entries);
    const compared = entries.map((entry, place) => ({
      entryId: entry.entryId,
      name: names[place]!,
      samples: samples[place]!,
    }));
    return {
      entries: entries.map(toComparedEntryJson),
      differences,
      confidence: 0.95,
      margin,
      cluster: cluster.by,
      pairs: compareEntries(compared, { margin, clusterOf: cluster.of, bootstrap }).map(toPairJson),
    };
  }

  @Get('power')
  @ApiOperation({
    summary: 'What a planned comparison can find, what a wanted one takes, and its cost',
    description:
      'From the variances of a stored entry, whose like it is to be compared with, of two entries, or as given.',
  })
  @ZodResponse({ status: 200, type: PowerDto })
  async power(@WorkspaceId() workspaceId: string, @Query() query: PowerQuery) {
    const entries = query.entries ? await this.reader.entries(workspaceId, query.entries) : [];
    requireComparable(entries);
    const spread = await this.spread(entries, query);
    const costPerTrialUsd = query.cost_per_trial_usd ?? costOf(entries);
    return toPowerJson(
      spread,
      { ...query, costPerTrialUsd },
      planPower(spread, { ...query, costPerTrialUsd }),
    );
  }

  @Get('calibration')
  @ApiOperation({
    summary: 'How far a judge agrees with people, and what the scores would be without its errors',
    description: 'From the labels of one run, see POST /api/v1/runs/{run_id}/labels.',
  })
  @ZodResponse({ status: 200, type: CalibrationDto })
  async calibration(@WorkspaceId() workspaceId: string, @Query() query: CalibrationQuery) {
    const run = await this.runs.get(workspaceId, query.run);
    const { trials, entries, withoutValue } = await this.calibrations.read(workspaceId, run, query);
    const thresholds = { judge: query.threshold, label: query.label_threshold };
    return toCalibrationJson(query, calibrate(trials, entries, thresholds, run.id), withoutValue);
  }

  private async spread(entries: EntryFacts[], query: PowerQuery): Promise<Spread> {
    const { variance_between: between, variance_within: within, correlation } = query;
    if (between === undefined) return spreadOf(await this.reader.trialScores(entries), correlation);
    const agent = { between, within: within ?? 0 };
    return { candidate: agent, baseline: agent, correlation, epochsKnown: within !== undefined };
  }
}

/** Of one trial of both agents; a single entry's other agent is taken to cost the same. */
function costOf(entries: EntryFacts[]): number | null {
  const [candidate, baseline = candidate] = entries.map(costPerTrial);
  return candidate == null || baseline == null ? null : candidate + baseline;
}
