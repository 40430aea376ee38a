import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { agentNameSchema, type AgentCheckResult, type AgentEntity } from '#libs/agents';
import { pageOf } from '../http/page.schema.js';

const newAgentSchema = z
  .strictObject({
    name: agentNameSchema,
    adapter: z.string().min(1).max(50).describe('openai, anthropic, http, command, replay or baseline'),
    model: z.string().min(1).max(200).default('default'),
    settings: z.record(z.string(), z.unknown()).default({}).describe('As the adapter defines them'),
  })
  .meta({
    examples: [
      { name: 'gpt-5-mini', adapter: 'openai', model: 'gpt-5-mini' },
      {
        name: 'local',
        adapter: 'openai',
        model: 'llama3.2',
        settings: { base_url: 'http://127.0.0.1:11434/v1' },
      },
      { name: 'calculator', adapter: 'baseline', model: 'calculator' },
    ],
  });

export const agentSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.int(),
  adapter: z.string(),
  model: z.string(),
  settings: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
});

const checkSchema = z.object({
  ok: z.boolean().describe('Whether a run could use the agent now'),
  problems: z
    .array(z.object({ code: z.string(), message: z.string(), variable: z.string().optional() }))
    .describe('Why it cannot be called as it is configured; then no call was made'),
  error: z
    .object({
      kind: z
        .enum(['retryable', 'rate_limited', 'agent_fault', 'blocked', 'configuration'])
        .describe('Who must act'),
      code: z.string(),
      message: z.string(),
      status: z.int().nullable().describe("The provider's HTTP status"),
    })
    .nullable()
    .describe('Why the call failed'),
  answer: z
    .object({
      text: z.string().describe('Its first 200 characters'),
      finish_reason: z.string(),
      latency_ms: z.number(),
      ttft_ms: z.number().nullable(),
      input_tokens: z.int().nullable(),
      output_tokens: z.int().nullable(),
      cost_usd: z.number().nullable().describe('Null where the price is unknown'),
    })
    .nullable()
    .describe('Null also for agents that call nobody'),
});

export class AgentCheckDto extends createZodDto(checkSchema) {}
export class NewAgentDto extends createZodDto(newAgentSchema) {}
export class AgentDto extends createZodDto(agentSchema) {}
export class AgentPageDto extends createZodDto(pageOf(agentSchema, 'Agent')) {}
export class RecordingDto extends createZodDto(z.object({ agent_id: z.uuid(), answers: z.int() })) {}

export const toAgentJson = (agent: AgentEntity): z.infer<typeof agentSchema> => ({
  id: agent.id,
  name: agent.name,
  version: agent.version,
  adapter: agent.adapter,
  model: agent.model,
  settings: agent.settings,
  created_at: agent.createdAt.toISOString(),
});

export const toCheckJson = ({ problems, error, answer }: AgentCheckResult): z.infer<typeof checkSchema> => ({
  ok: problems.length === 0 && error === null,
  problems,
  error,
  answer: answer && {
    text: answer.text.slice(0, 200),
    finish_reason: answer.finishReason,
    latency_ms: answer.latencyMs,
    ttft_ms: answer.ttftMs,
    input_tokens: answer.usage?.inputTokens ?? null,
    output_tokens: answer.usage?.outputTokens ?? null,
    cost_usd: answer.costUsd,
  },
});
