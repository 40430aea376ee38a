import { describe, expect, it } from 'vitest';
import { conversationSchema, scriptOf } from './conversation-spec.js';

const tool = (name: string, output: unknown = name) => ({ name, output });
const spec = conversationSchema.parse({ tools: [tool('a'), tool('b')], turns: ['1'] });
const script = (metadata: Record<string, unknown>) => {
  const parsed = scriptOf(spec, metadata);
  return 'script' in parsed ? parsed.script : expect.fail(parsed.problems.join());
};
const problems = (metadata: Record<string, unknown>, of = spec): string => {
  const parsed = scriptOf(of, metadata);
  return 'problems' in parsed ? parsed.problems.join('\n') : expect.fail('no problem was found');
};

describe('the script of a sample', () => {
  it('takes tools from the servers of the benchmark and its own, which replace those of the same name', () => {
    const shared = { tools_from: [{ mcp: 'sky', allow: ['sky'] }, { mcp: 'shop' }] };
    const parsed = conversationSchema.parse(shared);
    expect(scriptOf(parsed, { tools_from: [{ mcp: 'sky' }, { mcp: 'mail' }] })).toMatchObject({
      script: { toolsFrom: [{ mcp: 'shop' }, { mcp: 'sky' }, { mcp: 'mail' }] },
    });
    expect(scriptOf(parsed, { tools_from: [{ mcp: 'sky', url: 'http://127.0.0.1' }] })).toMatchObject({
      problems: [expect.stringContaining('url')],
    });
    expect(scriptOf(parsed, { tools_from: [{ mcp: 'sky' }, { mcp: 'sky' }] })).toEqual({
      problems: ['metadata.tools_from: names a server twice'],
    });
  });

  it("is the benchmark's, where it says nothing, whatever else is in its metadata", () => {
    expect(script({ difficulty: 'hard' })).toEqual({
      tools: spec.tools,
      toolsFrom: [],
      state: null,
      turns: ['1'],
      user: null,
      images: [],
      limits: { max_turns: 10 },
    });
  });

  it('has the tools of both, and of one name the own', () => {
    const { tools } = script({ tools: [tool('b', 'mine'), tool('c')] });
    expect(tools.map(({ name, output }) => [name, output])).toEqual([
      ['a', 'a'],
      ['b', 'mine'],
      ['c', 'c'],
    ]);
  });

  it('has the state of the sample, else of the benchmark, where a tool has a function', () => {
    const stateful = conversationSchema.parse({
      tools: [{ name: 'f', javascript: '() => 1' }],
      state: { a: 1 },
    });
    const stateOf = (metadata: Record<string, unknown>) => {
      const parsed = scriptOf(stateful, metadata);
      return 'script' in parsed && parsed.script.state;
    };
    expect(stateOf({})).toEqual({ a: 1 });
    expect(stateOf({ state: { b: 2 } })).toEqual({ b: 2 });
    expect(stateOf({ tools: [tool('f')] })).toBeNull();
    expect(problems({ state: { long: 'x'.repeat(70_000) } })).toMatch(/metadata.state/);
  });

  it('has the own turns instead, be they none, and images as data URLs', () => {
    expect(script({ turns: [] }).turns).toEqual([]);
    expect(script({ turns: ['x', 'y'] }).turns).toEqual(['x', 'y']);
    expect(script({ images: ['iVBORw0KGgo='] }).images).toEqual(['data:image/png;base64,iVBORw0KGgo=']);
  });

  it('tells the simulated user what the benchmark says, then what the sample does', () => {
    const user = { agent: 'shopper@1', instructions: 'You are in a hurry.' };
    const played = conversationSchema.parse({ user });
    const told = (metadata: object) => {
      const parsed = scriptOf(played, { ...metadata });
      return 'script' in parsed && parsed.script.user;
    };
    expect(told({})).toBe('You are in a hurry.');
    expect(told({ user: 'You want shoes.' })).toBe('You are in a hurry.\n\nYou want shoes.');
    expect(problems({ user: 'You want shoes.' })).toContain('no conversation.user');
  });

  it.each([
    [{ tools: [{ name: 'x' }] }, /metadata.tools.0: needs "output", "results" or "javascript"/],
    [{ tools: [{ name: 'x', results: [{ match: {} }] }] }, /metadata.tools.0.results.0.output: is missing/],
    [{ tools: [{ name: 'a b', output: 1 }] }, /metadata.tools.0.name/],
    [{ tools: [tool('x'), tool('x')] }, /metadata.tools: two tools are named "x"/],
    [{ tools: 'hammer' }, /metadata.tools/],
    [{ turns: [''] }, /metadata.turns.0/],
    [{ images: ['http://127.0.0.1/a.png'] }, /addresses are not fetched/],
    [{ turns: Array.from({ length: 10 }, () => 'go on') }, /takes max_turns of 11/],
  ])('cannot be %j', (metadata, message) => {
    expect(problems(metadata)).toMatch(message);
  });
});

describe('a conversation', () => {
  it.each([
    { tools: [tool('a'), tool('a')] },
    { tools: [tool('a', 'NUL \0')] },
    { tools: [{ ...tool('a'), javascript: '() => 1' }] },
    { tools: [{ name: 'a', javascript: 'x'.repeat(50_001) }] },
    { state: [1] },
    { limits: { max_turns: 0 } },
    { limits: { max_turns: 101 } },
    { limits: { max_minutes: 1 } },
    { tools: [tool('a', JSON.parse('['.repeat(40) + ']'.repeat(40)))] },
    { turn: ['misspelt'] },
    { user: { agent: 'shopper', instructions: 'of no version' } },
    { user: { agent: 'shopper@1' } },
  ])('cannot be %j', (conversation) => {
    expect(conversationSchema.safeParse(conversation).success).toBe(false);
  });
});
