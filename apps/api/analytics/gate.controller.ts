import { Body, Controller, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Requires } from '#libs/auth';
import {
  ComparisonReader,
  judgeGate,
  namesOf,
  requireComparable,
  toJUnit,
  toMarkdown,
} from '#libs/analytics';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { GateDto, GateQuery, GateRequestDto, toGateJson, type GATE_FORMATS } from './gate.schema.js';

@ApiTags('analytics')
@Requires('results:read')
@Controller('api/v1/analytics/gate')
export class GateController {
  constructor(private readonly reader: ComparisonReader) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Whether a candidate may take the place of its baseline',
    description:
      'Each rule is decided on the whole 95 % interval, so that too little data is inconclusive and no pass. The answer is 200 whatever the decision.',
  })
  @ApiProduces('application/json', 'application/xml', 'text/markdown')
  @ApiOkResponse({ type: GateDto.Output })
  async gate(
    @WorkspaceId() workspaceId: string,
    @Body() { candidate, baseline, rules, cluster, allow }: GateRequestDto,
    @Query() query: GateQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const entries = await this.reader.entries(workspaceId, baseline ? [candidate, baseline] : [candidate]);
    const differences = requireComparable(entries, allow);
    const [measured, measuredBaseline = null] = await this.reader.measures(entries);
    const clusters = await this.reader.clustering(entries, cluster);
    const result = judgeGate(rules, measured!, measuredBaseline, clusters.of);
    const format = query.format ?? formatOf(accept ?? '');
    if (format === 'json') return toGateJson(result, entries, differences, clusters.by);
    const title = namesOf(entries).join(' against ');
    void reply.type(format === 'junit' ? 'application/xml; charset=utf-8' : 'text/markdown; charset=utf-8');
    return format === 'junit' ? toJUnit(result, title) : toMarkdown(result, title);
  }
}

/** Of what a client accepts, the first that there is. */
function formatOf(accept: string): (typeof GATE_FORMATS)[number] {
  const found = /(application|text)\/(json|xml|markdown)/.exec(accept)?.[2];
  return found === 'xml' ? 'junit' : found === 'markdown' ? 'markdown' : 'json';
}
