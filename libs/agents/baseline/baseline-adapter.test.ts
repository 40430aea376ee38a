import { describe, expect, it } from 'vitest';
import type { AgentRequest } from '../agent-adapter.js';
import { agentAdapterContract, agentRequest, agentSpec } from '../testing/index.js';
import { BaselineAdapterFactory } from './baseline-adapter-factory.js';

const factory = new BaselineAdapterFactory();
const baseline = (model: string, settings = {}) => agentSpec({ adapter: 'baseline', model, settings });
const answer = async (model: string, request: AgentRequest, settings = {}): Promise<string> =>
  (await factory.create(baseline(model, settings)).complete(request, new AbortController().signal)).text;

for (const agent of [baseline('constant', { answer: '42' }), baseline('random'), baseline('calculator')]) {
  agentAdapterContract(`baseline ${agent.model}`, async () => ({
    factory,
    agent,
    request: (index) =>
      agentRequest(`What is ${index} + 1?`, { trial: { sampleId: `s${index}`, epoch: 1, seed: 7 } }),
  }));
}

describe('the constant baseline', () => {
  it('says what it was told, whatever is asked', async () => {
    expect(await answer('constant', agentRequest('Anything?'), { answer: 'no' })).toBe('no');
  });
});

describe('the random baseline', () => {
  const trial = (sampleId: string, epoch = 1, seed = 7, choices?: string[]) =>
    agentRequest('Which?', { trial: { sampleId, epoch, seed, ...(choices && { choices }) } });
  const choices = ['Paris', 'Rome', 'Oslo', 'Bern'];

  it('gives the same answer to the same trial, and another to another seed, sample or epoch', async () => {
    expect(await answer('random', trial('s1'))).toBe(await answer('random', trial('s1')));
    const varied = await Promise.all(
      [trial('s1'), trial('s2'), trial('s1', 2), trial('s1', 1, 8)].map((request) =>
        answer('random', request),
      ),
    );
    expect(new Set(varied).size).toBeGreaterThan(1);
  });

  it('spreads over all the choices, by letter', async () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const text = await answer('random', trial(`s${i}`, 1, 7, choices));
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(
      ['A', 'B', 'C', 'D'].map((letter) => `The answer is (${letter})`),
    );
    for (const count of counts.values()) expect(count).toBeGreaterThan(60);
  });

  it('gives an integer from 0 to 100 where there is nothing to choose', async () => {
    for (const request of [trial('s1'), trial('s1', 1, 7, [])]) {
      const value = Number(/^The answer is (\d+)$/.exec(await answer('random', request))?.[1]);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(100);
    }
  });
});

describe('the calculator baseline', () => {
  const ask = (question: string, choices?: string[]) =>
    answer('calculator', agentRequest(question, { trial: { sampleId: 's', epoch: 1, seed: 1, choices } }));

  it('answers with its number', async () => {
    expect(await ask('What is 0.1 + 0.2?')).toBe('The answer is 0.3');
  });

  it('answers with the letter of the choice that is its number', async () => {
    expect(await ask('What is 600 * 2?', ['12', '$1,200', '1,200,000'])).toBe('The answer is (B)');
    expect(await ask('What is 3 - 10?', ['7', '-7'])).toBe('The answer is (B)');
  });

  it('says so when it cannot compute, or no choice is its number', async () => {
    expect(await ask('Who wrote Faust?')).toBe('I cannot compute this.');
    expect(await ask('What is 2 + 2?', ['3', '5', 'between 3 and 4'])).toBe('I cannot compute this.');
  });

  it('reads the question of the user, not the instructions before it', async () => {
    const messages = [
      { role: 'system' as const, content: 'Example: 1 + 1 = 2' },
      { role: 'user' as const, content: 'What is 6 * 7?' },
    ];
    expect(await answer('calculator', agentRequest('', { messages }))).toBe('The answer is 42');
    expect(await answer('calculator', agentRequest('', { messages: [] }))).toBe('I cannot compute this.');
  });
});

describe('a baseline agent with a problem', () => {
  it.each([
    ['unknown_baseline', baseline('oracle'), 'constant, random, calculator'],
    ['missing_answer', baseline('constant'), '"answer"'],
  ])('is told %s before any call, and refused', (code, agent, hint) => {
    expect(factory.problems(agent)).toEqual([{ code, message: expect.stringContaining(hint) as string }]);
    expect(() => factory.create(agent)).toThrow(
      expect.objectContaining({ kind: 'configuration', code }) as Error,
    );
  });
});
