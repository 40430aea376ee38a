import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { compareEntries, ComparisonReader, namesOf, requireComparable } from '#libs/analytics';
import { AppError } from '#libs/common';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { CompareQuery, ComparisonDto, toComparedEntryJson, toPairJson } from './compare.schema.js';

@ApiTags('analytics')
@Controller('api/v1/analytics')
export class AnalyticsController {
  constructor(private readonly reader: ComparisonReader) {}

  @Get('compare')
  @ApiOperation({
    summary: 'Whether one entry is better than another, and by how much',
    description:
      'Paired by sample. Entries that differ in benchmark content, scorer versions or generation settings are refused with 409 unless `allow` names it.',
  })
  @ZodResponse({ status: 200, type: ComparisonDto })
  async compare(@WorkspaceId() workspaceId: string, @Query() query: CompareQuery) {
    const { margin, cluster, allow } = query;
    const bootstrap = query.bootstrap === 'true';
    if (bootstrap && query.entries.length > 2) {
      throw AppError.invalid(
        'bootstrap_of_many',
        `A bootstrap compares two entries, not ${query.entries.length}: ask for each pair.`,
      );
    }
    const entries = await this.reader.entries(workspaceId, query.entries);
    const differences = requireComparable(entries, allow);
    const samples = await this.reader.scores(entries);
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
      cluster: cluster ?? null,
      pairs: compareEntries(compared, { margin, cluster, bootstrap }).map(toPairJson),
    };
  }
}
