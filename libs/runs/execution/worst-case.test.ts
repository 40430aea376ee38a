import { describe, expect, it } from 'vitest';
import type { AgentMessage, AgentSpec } from '#libs/agents';
import { worstCase } from './worst-case.js';

const agent: AgentSpec = {
  id: 'a',
  name: 'a',
  adapter: 'openai',
  model: 'm',
  settings: { pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 10 } },
};
const user: AgentMessage = { role: 'user', content: 'né' };
const tokens = (messages: AgentMessage[], ...more: [number?, Parameters<typeof worstCase>[3]?]) =>
  worstCase(agent, messages, more[0] ?? 0, more[1]).tokens;

describe('the worst case of a call', () => {
  it('is a token for each byte, some around each message, and the answer', () => {
    expect(worstCase(agent, [user], 100)).toEqual({ tokens: 3 + 32 + 100, usd: (35 + 1000) / 1e6 });
  });

  it('has room for what the agent may think besides', () => {
    const thinking = { ...agent, settings: { ...agent.settings, thinking_budget: 2000 } };
    expect(worstCase(thinking, [user], 100).tokens).toBe(35 + 2100);
  });

  it('counts tools, their calls, hidden reasoning and images', () => {
    const tools = [{ name: 'look', description: 'Looks.', parameters: {} }];
    expect(tokens([user], 0, tools) - tokens([user])).toBe(JSON.stringify(tools).length);
    const calls = [{ id: 'c1', name: 'look', arguments: '{"a":1}' }];
    const plain: AgentMessage = { role: 'assistant', content: '' };
    const called = tokens([{ ...plain, calls, reasoning: ['secret'] }]) - tokens([plain]);
    expect(called).toBe(JSON.stringify(calls).length + JSON.stringify(['secret']).length);
    const image: AgentMessage = {
      role: 'user',
      content: [
        { type: 'text', text: 'né' },
        { type: 'image', image: 'data:image/png;base64,iVBORw0KGgo=' },
      ],
    };
    expect(tokens([image]) - tokens([user])).toBe(50_000);
  });
});
