import { describe, expect, it } from 'vitest';
import { AnswerCache } from './answer-cache.js';

const answer = (text: string) => ({ text, latencyMs: 5, inputTokens: 7, outputTokens: 0, costUsd: 0.01 });

describe('AnswerCache', () => {
  const question = { judge: 'a@1', prompt: 'Paris', settings: {}, repeat: 0 };
  const reusable = (text: string): boolean => text !== 'garbage';

  it('asks once for what may be given again, of one agent and one prompt, and that costs nothing', async () => {
    const cache = new AnswerCache();
    let asked = 0;
    const ask = async () => answer(`answer ${++asked}`);
    expect(await cache.of('one', { ...question, reusable }, ask)).toEqual(answer('answer 1'));
    expect(await cache.of('one', { ...question, reusable }, ask)).toEqual({
      ...{ text: 'answer 1', latencyMs: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    });
    expect((await cache.of('other', { ...question, reusable }, ask)).text).toBe('answer 2');
    expect((await cache.of('one', { ...question, prompt: 'Rome', reusable }, ask)).text).toBe('answer 3');
    expect((await cache.of('one', question, ask)).text).toBe('answer 4');
  });

  it('keeps neither what cannot be used nor failures', async () => {
    const cache = new AnswerCache();
    const texts = ['garbage', 'good', 'never asked for'];
    const ask = async () => answer(texts.shift() as string);
    const failing = () => Promise.reject(new Error('No network.'));
    await expect(cache.of('one', { ...question, reusable }, failing)).rejects.toThrow('No network.');
    const given: string[] = [];
    for (let i = 0; i < 3; i++) given.push((await cache.of('one', { ...question, reusable }, ask)).text);
    expect(given).toEqual(['garbage', 'good', 'good']);
  });
});
