import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto, ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Requires } from '#libs/auth';
import { DEFAULT_EDITION, DIFFICULTIES, SuitePublisher } from '#libs/benchmarks';
import { BenchmarkDto, toBenchmarkJson, toSummary } from '../benchmarks/benchmarks.schema.js';
import { ApiSameContent } from '../http/api-answers.js';
import { WorkspaceId } from '../http/workspace.decorator.js';

class SuiteDto extends createZodDto(
  z.object({ name: z.string(), title: z.string(), description: z.string() }),
) {}

class NewEditionDto extends createZodDto(
  z
    .strictObject({
      seed: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .default(DEFAULT_EDITION.seed),
      difficulty: z
        .enum(DIFFICULTIES)
        .default(DEFAULT_EDITION.difficulty)
        .describe('Questions of one level, or of all three in equal parts.'),
    })
    .meta({ examples: [{ seed: 42, difficulty: 'hard' }] }),
) {}

@ApiTags('suites')
@Requires('benchmark:read')
@Controller('api/v1/suites')
export class SuitesController {
  constructor(private readonly suites: SuitePublisher) {}

  @Get()
  @ApiOperation({ summary: 'List the built-in suites' })
  @ZodResponse({ status: 200, type: [SuiteDto] })
  list() {
    return this.suites.list().map(({ name, title, description }) => ({ name, title, description }));
  }

  @Post(':suite/editions')
  @Requires('benchmark:write')
  @ApiOperation({
    summary: 'Generate an edition of a suite from a seed and a difficulty, as a benchmark',
    description:
      'The same seed and difficulty give the same samples; a new seed gives fresh ones that no model has seen.',
  })
  @ZodResponse({ status: 201, type: BenchmarkDto })
  @ApiSameContent(BenchmarkDto)
  async publish(
    @WorkspaceId() workspaceId: string,
    @Param('suite') name: string,
    @Body() edition: NewEditionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const published = await this.suites.publish(workspaceId, name, edition);
    void reply.status(published.created ? 201 : 200);
    return toBenchmarkJson(toSummary(published));
  }
}
