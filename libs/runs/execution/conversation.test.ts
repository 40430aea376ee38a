import { describe, expect, it } from 'vitest';
import { textOf, type AgentMessage, type AgentResponse } from '#libs/agents';
import { toolResult, type Script } from '#libs/benchmarks';
import { Conversation } from './conversation.js';

const cost = { latencyMs: 100, costUsd: 0.01, attempts: 1 };
const nobody = () => Promise.reject(new Error('nobody plays the user'));
const answer = (response: Partial<AgentResponse>): AgentResponse => ({
  text: '',
  toolCalls: [],
  usage: { inputTokens: 10, outputTokens: 5 },
  finishReason: 'stop',
  ttftMs: 7,
  rawId: 'r',
  ...response,
});
const calling = (count: number, more: Partial<AgentResponse> = {}): AgentResponse =>
  answer({
    toolCalls: Array.from({ length: count }, (_, i) => ({ id: `c${i}`, name: 'look', arguments: '{}' })),
    finishReason: 'tool_calls',
    ...more,
  });

const script = (more: object = {}) => ({
  toolsFrom: [],
  tools: [{ name: 'look', description: '', parameters: {}, results: [], output: 'seen' }],
  state: null,
  turns: [],
  user: null,
  images: [],
  limits: { max_turns: 10 },
  ...more,
});
const begin = (more: object = {}, messages: AgentMessage[] = [{ role: 'user', content: 'Hi' }]) => {
  const played: Script = script(more);
  const { signal } = new AbortController();
  const conversation = new Conversation(played, played.tools, messages, (name, text, state) =>
    toolResult(played.tools, name, text, state, signal),
  );
  return { messages, conversation };
};

describe('a conversation', () => {
  it('that is one question and one answer ends with it', async () => {
    const { conversation, messages } = begin();
    expect(await conversation.goesOn(answer({ text: '42' }), cost, nobody)).toBe(false);
    expect(messages).toHaveLength(1);
    expect(conversation.facts()).toMatchObject({
      output: '42',
      facts: {
        latencyMs: 100,
        ttftMs: 7,
        inputTokens: 10,
        outputTokens: 5,
        costUsd: 0.01,
        finishReason: 'stop',
      },
    });
  });

  it('takes calls that nobody offered tools for as the end', async () => {
    const { conversation } = begin({ tools: [] });
    expect(conversation.tools).toBeUndefined();
    expect(await conversation.goesOn(calling(1), cost, nobody)).toBe(false);
    expect(conversation.record()).toMatchObject({ toolCalls: [{ id: 'c0' }], finishReason: 'tool_calls' });
  });

  it('ends where the provider cuts an answer off for its content, whatever it calls', async () => {
    const { conversation } = begin();
    expect(await conversation.goesOn(calling(1, { finishReason: 'content_filter' }), cost, nobody)).toBe(
      false,
    );
  });

  it('carries out at most 32 calls of one answer, and tells of the others', async () => {
    const { conversation, messages } = begin();
    expect(await conversation.goesOn(calling(34), cost, nobody)).toBe(true);
    const results = messages.filter((message) => message.role === 'tool');
    expect(results.map(({ error }) => error)).toEqual([...Array<undefined>(32).fill(undefined), true, true]);
    expect(results.at(-1)?.content).toContain('more than 32 calls');
  });

  it('keeps hidden reasoning with the calls that it led to, and only there', async () => {
    const { conversation, messages } = begin({ turns: ['And?'] });
    const reasoning = [{ type: 'thinking', signature: 's' }];
    await conversation.goesOn(calling(1, { reasoning }), cost, nobody);
    await conversation.goesOn(answer({ text: '42', reasoning }), cost, nobody);
    expect(messages.filter(({ role }) => role === 'assistant')).toEqual([
      { role: 'assistant', content: '', calls: [expect.anything()], reasoning },
      { role: 'assistant', content: '42' },
    ]);
  });

  it('asks the simulated user once there are no turns left, and ends where that is done', async () => {
    const { conversation, messages } = begin({ turns: ['And?'], user: 'You are Ann.' });
    const heard: AgentMessage[][] = [];
    const user = (said: string | null) => (seen: AgentMessage[]) => {
      heard.push(seen);
      conversation.heard(answer({ text: said ?? '[DONE]' }), { latencyMs: 1, costUsd: 1, attempts: 1 });
      return Promise.resolve(said);
    };
    expect(await conversation.goesOn(answer({ text: 'One.' }), cost, nobody)).toBe(true);
    expect(await conversation.goesOn(answer({ text: 'Two.' }), cost, user('More.'))).toBe(true);
    expect(await conversation.goesOn(answer({ text: 'Three.' }), cost, user(null))).toBe(false);
    expect(heard[1]?.map(({ role, content }) => `${role}: ${textOf(content)}`).slice(2)).toEqual([
      'assistant: Hi',
      'user: One.',
      'assistant: And?',
      'user: Two.',
      'assistant: More.',
      'user: Three.',
    ]);
    expect(messages.map(({ content }) => content)).toEqual(['Hi', 'One.', 'And?', 'Two.', 'More.']);
    const { steps, ...record } = conversation.record();
    expect(steps?.map(({ by, message }) => [by, message])).toEqual([
      ['agent', 1],
      ['agent', 3],
      ['user', 4],
      ['agent', 5],
      ['user', 6],
    ]);
    expect(record).toMatchObject({ inputTokens: 30, latencyMs: 300, finishReason: 'stop' });
    expect(conversation.facts().output).toBe('Three.');
  });

  it('counts what is known of usage, and knows no total where nothing is', async () => {
    const { conversation } = begin();
    await conversation.goesOn(calling(1, { usage: null }), { ...cost, costUsd: null }, nobody);
    expect(conversation.record()).toMatchObject({ inputTokens: null, outputTokens: null, costUsd: null });
    await conversation.goesOn(calling(1), cost, nobody);
    expect(conversation.record()).toMatchObject({ inputTokens: 10, outputTokens: 5, costUsd: 0.01 });
    expect(conversation.used('all')).toEqual({ inputTokens: 10, outputTokens: 5, usd: 0.01 });
  });

  it.each([
    ['max_tokens', { max_turns: 10, max_tokens: 100 }],
    ['max_cost_usd', { max_turns: 10, max_cost_usd: 1 }],
  ])('cannot keep to %s where what it limits is unknown', async (_limit, limits) => {
    const { conversation } = begin({ limits });
    const unknown = conversation.goesOn(calling(1, { usage: null }), { ...cost, costUsd: null }, nobody);
    await expect(unknown).rejects.toMatchObject({
      kind: 'configuration',
      code: 'conversation_limit_unknown',
    });
  });

  it('needs no limit to be known where the answer was the last', async () => {
    const { conversation } = begin({ limits: { max_turns: 1, max_tokens: 100 } });
    expect(await conversation.goesOn(answer({ usage: null }), cost, nobody)).toBe(false);
    expect(conversation.record().finishReason).toBe('stop');
  });

  it('that outgrows what can be kept is a failure of the agent', async () => {
    const { conversation } = begin({ limits: { max_turns: 100 } });
    const text = 'x'.repeat(1024 * 1024);
    const talk = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await conversation.goesOn(calling(1, { text }), cost, nobody);
    };
    await expect(talk()).rejects.toMatchObject({ kind: 'agent_fault', code: 'conversation_too_long' });
  });

  it('shows images with the last words of the user, or alone where there are none', () => {
    const image = 'data:image/png;base64,iVBORw0KGgo=';
    const shown = { type: 'image', image };
    const { messages } = begin({ images: [image] });
    expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }, shown] }]);
    const alone: AgentMessage[] = [{ role: 'system', content: 'Look.' }];
    begin({ images: [image] }, alone);
    expect(alone[1]).toEqual({ role: 'user', content: [shown] });
  });
});
