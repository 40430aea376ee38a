import { describe, expect, it } from 'vitest';
import { runTool, toolProblem } from './run-tool.js';

const never = new AbortController().signal;
const run = (source: string, args: unknown = {}, state: unknown = {}, signal = never) =>
  runTool({ source, args: JSON.stringify(args), state: JSON.stringify(state) }, signal);
const value = (outcome: Awaited<ReturnType<typeof run>>): unknown =>
  'value' in outcome ? JSON.parse(outcome.value) : expect.fail(outcome.thrown);

describe('a tool in JavaScript', () => {
  it.each([
    ['({ a, b }) => a + b', [5, {}]],
    ['function add({ a, b }) { return `${a + b}`; }', ['5', {}]],
    ['async (args) => { await null; return args; }', [{ a: 2, b: 3 }, {}]],
    ['(args, state) => { state.seen = args.a; }', [null, { seen: 2 }]],
    ['() => () => 1', [null, {}]],
    ['() => 1 // a comment at its end', [1, {}]],
  ])('gives what %s returns, and its state', async (source, expected) => {
    expect(value(await run(source, { a: 2, b: 3 }))).toEqual(expected);
  });

  it('keeps nothing from one call to the next but the state', async () => {
    const source =
      '(_, state) => { state.n = (state.n ?? 0) + 1; globalThis.n = (globalThis.n ?? 0) + 1; return n; }';
    let state: unknown = {};
    for (const n of [1, 2, 3]) {
      const [result, left] = value(await run(source, {}, state)) as [number, unknown];
      expect([result, left]).toEqual([1, { n }]);
      state = left;
    }
  });

  it.each([
    ['throws', '() => { throw new RangeError("too much"); }', /^RangeError: too much$/],
    ['throws a text', '() => { throw "no"; }', /^no$/],
    ['is rejected', 'async () => { throw new Error("later"); }', /^Error: later$/],
    ['never ends', '() => { for (;;); }', /interrupted/],
    [
      'has jobs without end',
      '() => { const f = () => Promise.resolve().then(f); return f(); }',
      /too many steps|interrupted/,
    ],
    ['waits for ever', '() => new Promise(() => {})', /waits for what never comes/],
    ['takes too much memory', '() => new ArrayBuffer(64 << 20)', /out of memory/],
    ['goes too deep', '() => { const f = () => f() + 1; return f(); }', /stack|RangeError/],
    ['reaches for the host', '() => process.exit(1)', /'?process'? is not defined/],
    ['requires', '() => require("node:fs")', /'?require'? is not defined/],
    ['fetches', '() => fetch("http://127.0.0.1")', /'?fetch'? is not defined/],
    ['looks for functions of the host', '() => (() => {}).constructor("return process")()', /not defined/],
    ['gives what is no JSON', '() => 1n', /TypeError/],
    ['gives what has no end', '(_, state) => { state.self = state; }', /circular/],
  ])('that %s has an error, and the next call is well', async (_what, source, thrown) => {
    expect(await run(source)).toEqual({ thrown: expect.stringMatching(thrown) });
    expect(value(await run('() => 1'))).toEqual([1, {}]);
  });

  it('that outstays its time in native calls is not the fault of who calls it either', async () => {
    const source =
      '() => { const x = Array.from({ length: 1e5 }, (_, i) => i); for (;;) JSON.parse(JSON.stringify(x)); }';
    await expect(run(source)).rejects.toMatchObject({ code: 'tool_too_slow' });
  });

  it.each(['5', '{', ')(', 'null'])(
    'that is no function is not the fault of who calls it: %s',
    async (source) => {
      await expect(run(source)).rejects.toMatchObject({ code: 'tool_broken' });
    },
  );

  it('is called by many at once', async () => {
    const results = await Promise.all(Array.from({ length: 40 }, (_, i) => run('({ i }) => i * 2', { i })));
    expect(results.map((one) => (value(one) as number[])[0])).toEqual(results.map((_, i) => i * 2));
  });

  it('ends with its caller, whether it runs or waits', async () => {
    const controller = new AbortController();
    const runs = Array.from({ length: 8 }, () => run('() => { for (;;); }', {}, {}, controller.signal));
    setTimeout(() => controller.abort(new Error('stopped')), 50);
    for (const one of await Promise.allSettled(runs))
      expect(one).toMatchObject({ status: 'rejected', reason: { message: 'stopped' } });
    expect(value(await run('() => 1'))).toEqual([1, {}]);
  });
});

describe('what is wrong with a tool', () => {
  it.each(['({ a }) => a', '(() => { for (;;); })()', 'function f(a) { return a; }'])(
    'is nothing where it compiles, and nothing of it runs: %s',
    async (source) => expect(await toolProblem(source, never)).toBeNull(),
  );

  it.each(['({ a }) => {', 'function (', '('.repeat(50_000)])(
    'is known before it runs: %.20s',
    async (source) => {
      expect(await toolProblem(source, never)).toMatch(/Error/);
      expect(await toolProblem('() => 1', never)).toBeNull();
    },
  );
});
