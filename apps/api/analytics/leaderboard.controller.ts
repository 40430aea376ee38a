import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { LeaderboardReader, TrendReader, winRates, type Period } from '#libs/analytics';
import { BenchmarksService } from '#libs/benchmarks';
import { RollupCache } from '#libs/results';
import { Kept } from '../http/kept-answers.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import {
  LeaderboardDto,
  LeaderboardQuery,
  toLeaderboardJson,
  toPeriod,
  toWinRatesJson,
  WinRatesDto,
  WinRatesQuery,
} from './leaderboard.schema.js';
import { toTrendsJson, TrendQuery, TrendsDto } from './trend.schema.js';

@ApiTags('analytics')
@Requires('results:read')
@Controller('api/v1/analytics')
export class LeaderboardController {
  constructor(
    private readonly benchmarks: BenchmarksService,
    private readonly reader: LeaderboardReader,
    private readonly trends: TrendReader,
    private readonly rollups: RollupCache,
  ) {}

  @Get('leaderboard')
  @Kept()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'Which agents are best at a benchmark, and which ranks the data leave open',
    description:
      'Of one version of the benchmark, and of each agent its newest completed entry under the conditions (scorer versions, generation settings, samples) that most agents share; the others are listed as left out.',
  })
  @ApiOkResponse({ type: LeaderboardDto.Output })
  async leaderboard(@WorkspaceId() workspaceId: string, @Query() query: LeaderboardQuery) {
    const { benchmark, category, tag, cluster } = query;
    const resolved = await this.benchmarks.resolve(workspaceId, benchmark);
    const filter = { category, tag, cluster, ...toPeriod(query) };
    return this.kept(workspaceId, ['leaderboard', resolved.version.id], filter, async () =>
      LeaderboardDto.schema.parse(
        toLeaderboardJson(resolved, await this.reader.leaderboard(workspaceId, resolved.version.id, filter)),
      ),
    );
  }

  @Get('win-rates')
  @ApiOperation({
    summary: 'Which agents are best over several benchmarks',
    description: 'By mean win rate over the entries that the leaderboards of the benchmarks rank.',
  })
  @ZodResponse({ status: 200, type: WinRatesDto })
  async winRates(@WorkspaceId() workspaceId: string, @Query() query: WinRatesQuery) {
    const resolved = await Promise.all(
      query.benchmarks.map((ref) => this.benchmarks.resolve(workspaceId, ref)),
    );
    const fields = await Promise.all(
      resolved.map(({ version }) => this.reader.field(workspaceId, version.id, toPeriod(query))),
    );
    return toWinRatesJson(resolved, winRates(fields));
  }

  @Get('trend')
  @Kept()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'How the scores, latency and cost of agents went over time, and where they changed',
    description:
      'One series for each agent name, all its versions, over its completed entries on one version of the benchmark under the conditions of the newest.',
  })
  @ApiOkResponse({ type: TrendsDto.Output })
  async trend(@WorkspaceId() workspaceId: string, @Query() query: TrendQuery) {
    const resolved = await this.benchmarks.resolve(workspaceId, query.benchmark);
    const filter = { agent: query.agent, ...toPeriod(query) };
    return this.kept(workspaceId, ['trend', resolved.version.id], filter, async () =>
      TrendsDto.schema.parse(
        toTrendsJson(resolved, await this.trends.trends(workspaceId, resolved.version.id, filter)),
      ),
    );
  }

  /**
   * What is kept is sent as it was made: to read it and check it again takes longer the more there is of it. A period is
   * anybody's own, down to the millisecond: kept, such answers would fill the cache and be asked for once.
   */
  private async kept(
    workspaceId: string,
    what: string[],
    filter: Period,
    read: () => Promise<unknown>,
  ): Promise<string> {
    if (filter.since || filter.until) return JSON.stringify(await read());
    return this.rollups.json(workspaceId, [...what, filter], read);
  }
}
