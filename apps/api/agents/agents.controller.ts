import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Requires } from '#libs/auth';
import { AgentCheck, AgentsService, RecordingStore } from '#libs/agents';
import { oneByOne, parseJsonl } from '#libs/benchmarks';
import { RunsReader } from '#libs/runs';
import { PageQuery, toPageJson } from '../http/page.schema.js';
import { ApiSameContent } from '../http/api-answers.js';
import { Uploads } from '../http/uploads.js';
import { CountedAs } from '../http/request-budgets.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import {
  AgentCheckDto,
  AgentDto,
  AgentPageDto,
  NewAgentDto,
  RecordingDto,
  toAgentJson,
  toCheckJson,
} from './agents.schema.js';

@ApiTags('agents')
@Requires('agent:write')
@Controller('api/v1/agents')
export class AgentsController {
  constructor(
    private readonly agents: AgentsService,
    private readonly agentCheck: AgentCheck,
    private readonly recordings: RecordingStore,
    private readonly runs: RunsReader,
    private readonly uploads: Uploads,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Create an agent, or its next version',
    description: 'The same content as the latest version of that name answers 200 with that version.',
  })
  @ZodResponse({ status: 201, type: AgentDto })
  @ApiSameContent(AgentDto)
  async create(
    @WorkspaceId() workspaceId: string,
    @Body() body: NewAgentDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { agent, created } = await this.agents.create(workspaceId, body);
    void reply.status(created ? 201 : 200);
    return toAgentJson(agent);
  }

  @Get()
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'List agent versions, newest first' })
  @ZodResponse({ status: 200, type: AgentPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() query: PageQuery) {
    return toPageJson(await this.agents.list(workspaceId, query), toAgentJson);
  }

  @Get(':agent')
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'Get an agent by id, name (latest version) or name@version' })
  @ZodResponse({ status: 200, type: AgentDto })
  async get(@WorkspaceId() workspaceId: string, @Param('agent') ref: string) {
    return toAgentJson(await this.agents.resolve(workspaceId, ref));
  }

  @Post(':agent/check')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try an agent with one cheap call',
    description:
      'Says what is wrong, or how the answer was: latency, tokens, cost. Nothing is stored. One at a time for each agent, and within the limits of its calls.',
  })
  @ZodResponse({ status: 200, type: AgentCheckDto })
  async check(@WorkspaceId() workspaceId: string, @Param('agent') ref: string) {
    const agent = await this.agents.resolve(workspaceId, ref);
    return toCheckJson(await this.agentCheck.check(agent, workspaceId));
  }

  @Put(':agent/recording')
  @CountedAs('imports')
  @ApiOperation({
    summary: 'Upload the recorded answers of a replay agent',
    description:
      'JSONL, a line an answer: {"sample_id": "q1", "epoch": 1, "output": "42", "usage": {"input_tokens": 9, "output_tokens": 1}}. Replaces what was there; refused once the agent was used in a run.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' } },
    },
  })
  @ZodResponse({ status: 200, type: RecordingDto })
  async record(
    @WorkspaceId() workspaceId: string,
    @Param('agent') ref: string,
    @Req() request: FastifyRequest,
  ) {
    const agent = await this.agents.resolve(workspaceId, ref);
    const answers = await this.uploads.receive(request, z.strictObject({}), (_options, bytes) =>
      this.recordings.replace(agent, oneByOne(parseJsonl(bytes)), (id) => this.runs.usesAgent(id)),
    );
    return { agent_id: agent.id, answers };
  }
}
