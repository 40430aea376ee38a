import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { AgentEntity } from '#libs/agents';
import { pageOf } from '../http/page.schema.js';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, 'letters, digits and ". _ : / -", at most 100');

const newAgentSchema = z
  .strictObject({
    name,
    adapter: z.string().min(1).max(50).describe('openai, anthropic, replay or baseline'),
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
