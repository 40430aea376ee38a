import { describe, expect, it } from 'vitest';
import { toolSchema, type ToolState } from './conversation-spec.js';
import { toolResult } from './tool-result.js';

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

const never = new AbortController().signal;
const cannedResult = async (all: typeof tools, name: string, text: string) =>
  (await toolResult(all, name, text, {}, never)).result;

describe('a canned result', () => {
  it.each([
    ['of the first that matches', { city: 'Oslo', nights: 2 }, 'two nights'],
    ['whatever other arguments there are', { city: 'Oslo', nights: 3 }, 'Oslo'],
    ['by value, however deep', { guests: [{ age: 3 }] }, '{"with":["child"]}'],
    ['else that of the tool', { guests: [{ age: 4 }] }, 'null'],
    ['where there are no arguments', {}, 'null'],
  ])('is that %s', async (_which, args, content) => {
    expect(await cannedResult(tools, 'book', JSON.stringify(args))).toEqual({ content });
  });

  it('takes no text for no arguments, as some servers send it', async () => {
    expect(await cannedResult(tools, 'book', ' ')).toEqual({ content: 'null' });
  });

  it.each([
    ['a tool that is not there', 'look', '{}', /no tool "look". Tools: book, strict/],
    ['no JSON', 'book', '{"city":', /not JSON/],
    ['no object', 'book', '"Oslo"', /must be a JSON object/],
    ['a list', 'book', '[]', /must be a JSON object/],
    ['null', 'book', 'null', /must be a JSON object/],
    ['what no result fits', 'strict', '{"a":"1"}', /"strict" has no result/],
    ['what only a prototype has', 'strict', '{"b":1}', /has no result/],
  ])('of %s is an error that the agent is told', async (_what, name, args, message) => {
    expect(await cannedResult(tools, name, args)).toEqual({
      content: expect.stringMatching(message) as unknown,
      error: true,
    });
  });
});

describe('the result of a function', () => {
  const account = [
    {
      name: 'pay',
      javascript:
        '({ amount }, state) => { if (amount > state.balance) throw new Error("You have " + state.balance + ".");' +
        ' state.balance -= amount; return { left: state.balance }; }',
    },
    { name: 'grow', javascript: '({ by }, state) => { state.more = "x".repeat(by); return "done"; }' },
    {
      name: 'deepen',
      javascript: '(_, state) => { let at = state; for (let i = 0; i < 40; i++) at = at.a = {}; }',
    },
    { name: 'talk', javascript: '() => "x".repeat(70000)' },
  ].map((tool) => toolSchema.parse(tool));
  const use = (name: string, args: unknown, state: ToolState = { balance: 10 }) =>
    toolResult(account, name, JSON.stringify(args), state, never);

  it('is told, and changes the state', async () => {
    expect(await use('pay', { amount: 3 })).toEqual({
      result: { content: '{"left":7}' },
      state: { balance: 7 },
    });
    expect(await use('grow', { by: 2 })).toEqual({
      result: { content: 'done' },
      state: { balance: 10, more: 'xx' },
    });
  });

  it.each([
    ['pay', { amount: 11 }, /^Error: Error: You have 10\.$/],
    ['grow', { by: 66_000 }, /not a JSON object of at most 65536 characters/],
    ['grow', { by: 200_000 }, /too long/],
    ['deepen', {}, /32 levels/],
    ['talk', {}, /more than 65536 characters/],
  ])('of %s by %j is an error that leaves the state as it was', async (name, args, message) => {
    expect(await use(name, args)).toEqual({
      result: { content: expect.stringMatching(message) as unknown, error: true },
      state: { balance: 10 },
    });
  });
});
