import { describe, expect, it } from 'vitest';
import { cannedResult } from './canned-result.js';
import { toolSchema } from './conversation-spec.js';

const tools = [
  {
    name: 'book',
    results: [
      { match: { city: 'Oslo', nights: 2 }, output: 'two nights' },
      { match: { city: 'Oslo' }, output: 'Oslo' },
      { match: { guests: [{ age: 3 }] }, output: { with: ['child'] } },
    ],
    output: null,
  },
  { name: 'strict', results: [{ match: { a: 1 }, output: 0 }] },
].map((tool) => toolSchema.parse(tool));

describe('a canned result', () => {
  it.each([
    ['of the first that matches', { city: 'Oslo', nights: 2 }, 'two nights'],
    ['whatever other arguments there are', { city: 'Oslo', nights: 3 }, 'Oslo'],
    ['by value, however deep', { guests: [{ age: 3 }] }, '{"with":["child"]}'],
    ['else that of the tool', { guests: [{ age: 4 }] }, 'null'],
    ['where there are no arguments', {}, 'null'],
  ])('is that %s', (_which, args, content) => {
    expect(cannedResult(tools, 'book', JSON.stringify(args))).toEqual({ content });
  });

  it('takes no text for no arguments, as some servers send it', () => {
    expect(cannedResult(tools, 'book', ' ')).toEqual({ content: 'null' });
  });

  it.each([
    ['a tool that is not there', 'look', '{}', /no tool "look". Tools: book, strict/],
    ['no JSON', 'book', '{"city":', /not JSON/],
    ['no object', 'book', '"Oslo"', /must be a JSON object/],
    ['a list', 'book', '[]', /must be a JSON object/],
    ['null', 'book', 'null', /must be a JSON object/],
    ['what no result fits', 'strict', '{"a":"1"}', /"strict" has no result/],
    ['what only a prototype has', 'strict', '{"b":1}', /has no result/],
  ])('of %s is an error that the agent is told', (_what, name, args, message) => {
    expect(cannedResult(tools, name, args)).toEqual({
      content: expect.stringMatching(message) as unknown,
      error: true,
    });
  });
});
