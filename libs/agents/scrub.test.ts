import { describe, expect, it } from 'vitest';
import type { AgentResponse } from './agent-adapter.js';
import { AgentError } from './agent-error.js';
import { scrubbed, scrubbedBatch } from './scrub.js';

const SECRET = 'c"anary/1 & more';
const forms = [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)];

describe('what comes back from an agent', () => {
  it.each(forms)('is without the secret that was sent: %s', (form) => {
    expect(scrubbed(`a ${form}, twice: ${form}`, [SECRET])).toBe('a [secret], twice: [secret]');
  });

  it('is without it in every text of an answer, in answers of a batch and in its errors', () => {
    const answer: AgentResponse = {
      text: `You sent ${SECRET}`,
      toolCalls: [{ id: SECRET, name: SECRET, arguments: JSON.stringify({ key: SECRET }) }],
      reasoning: [{ thinking: [SECRET], signature: null }],
      usage: { inputTokens: 1, outputTokens: 2 },
      finishReason: 'stop',
      ttftMs: null,
      rawId: SECRET,
    };
    const error = new AgentError('agent_fault', 'content_refused', `No: ${SECRET}`, {
      status: 400,
      cause: new Error(SECRET),
    });
    const end = scrubbedBatch(
      {
        answers: new Map<string, AgentResponse | AgentError>([
          ['a', answer],
          ['b', error],
        ]),
        missing: error,
      },
      [SECRET],
    );
    expect(end.answers.get('a')).toEqual({
      ...answer,
      text: 'You sent [secret]',
      toolCalls: [{ id: '[secret]', name: '[secret]', arguments: '{"key":"[secret]"}' }],
      reasoning: [{ thinking: ['[secret]'], signature: null }],
      rawId: '[secret]',
    });
    for (const clean of [end.answers.get('b'), end.missing]) {
      expect(clean).toMatchObject({ kind: 'agent_fault', message: 'No: [secret]', details: { status: 400 } });
      expect((clean as AgentError).cause).toBeUndefined();
    }
  });
});
