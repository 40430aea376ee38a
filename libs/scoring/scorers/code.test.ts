import { describe, expect, it } from 'vitest';
import { Unscorable, type Score } from '../score.js';
import { scoringInput } from '../testing/index.js';
import { bindScorer, scorerSchema } from './bind-scorer.js';

const never = new AbortController().signal;

type Options = { language: 'javascript' | 'python'; value?: 'all' | 'fraction'; take?: 'fenced' | 'whole' };

const judge = async (
  options: Options,
  output: string,
  tests: string | string[],
  signal = never,
): Promise<Score> =>
  bindScorer(scorerSchema.parse({ type: 'code', ...options }), { python: true }).score(
    scoringInput({ output, metadata: { tests } }),
    signal,
  );

const javascript = async (output: string, test = 'assert(f() === 1)'): Promise<number> =>
  (await judge({ language: 'javascript' }, output, test)).value;

describe('JavaScript', () => {
  it('passes what is right and fails what is wrong, in a fence or bare', async () => {
    expect(await javascript('Here:\n```js\nfunction f() { return 1; }\n```\nDone.')).toBe(1);
    expect(await javascript('function f() { return 1; }')).toBe(1);
    expect(await javascript('function f() { return 2; }')).toBe(0);
    expect(await javascript('not code at all')).toBe(0);
  });

  it('gives the fraction of tests where asked', async () => {
    const tests = ['assert(f() === 1)', 'assert(f() === 2)'];
    const output = 'function f() { return 1; }';
    expect((await judge({ language: 'javascript', value: 'fraction' }, output, tests)).value).toBe(0.5);
    expect((await judge({ language: 'javascript' }, output, tests)).value).toBe(0);
  });

  const right = 'function f() { return 1; }';
  const wrong = 'function f() { return 2; }';

  // With the right function, each passes unless the attack itself is what fails: so the reason is asserted too.
  it.each([
    ['an endless loop', 'for (;;);', /InternalError: interrupted/],
    ['a memory bomb', 'new ArrayBuffer(64 << 20);', /InternalError: out of memory/],
    ['deep recursion', 'const g = () => g() + 1; g();', /InternalError: stack overflow|RangeError/],
    ['endless promise jobs', 'const g = () => Promise.resolve().then(g); g();', /time was up|interrupted/],
    ['the host', 'process.exit(0)', /ReferenceError: '?process'? is not defined/],
    ['modules', 'require("node:fs")', /ReferenceError: '?require'? is not defined/],
    [
      'the constructor of functions',
      'this.constructor.constructor("return process")().exit()',
      /ReferenceError: '?process'? is not defined/,
    ],
    ['a way out of the test', '}); (function () {', /The program failed: SyntaxError/],
  ])('contains %s', async (_, attack, reason) => {
    const { value, explanation } = await judge(
      { language: 'javascript' },
      `${right}\n${attack}`,
      'assert(f() === 1)',
    );
    expect(value).toBe(0);
    expect(explanation).toMatch(reason);
  });

  // Each program runs to its end, and passes with the right function: only the test judges the wrong one.
  it.each([
    ['an assert of its own', 'globalThis.assert = () => {}; var assert2 = assert;'],
    [
      'no errors',
      'globalThis.Error = function () { return undefined; }; Error.prototype.constructor = null;',
    ],
    [
      'promises that are never rejected',
      'Promise.prototype.then = Promise.reject = () => Promise.resolve();',
    ],
    ['another Promise', 'globalThis.Promise = class { then(f) { f(); } };'],
    ['a comment that is not closed in a template', 'const t = `/*`; // /*'],
    ['a return', 'Function.prototype.call = Function.prototype.apply = () => undefined;'],
  ])('is not forged by %s', async (_, attack) => {
    expect(await javascript(`${right}\n${attack}`)).toBe(1);
    expect(await javascript(`${wrong}\n${attack}`)).toBe(0);
  });

  it('waits for asynchronous tests', async () => {
    const output = 'async function f() { await null; return 1; }';
    expect(await javascript(output, 'assert(await f() === 1)')).toBe(1);
    expect(await javascript(output, 'assert(await f() === 2)')).toBe(0);
    const { explanation } = await judge({ language: 'javascript' }, right, 'await new Promise(() => {})');
    expect(explanation).toContain('waits for what never comes');
  });

  it('keeps what was judged before a test that hangs, and judges after it', async () => {
    const tests = ['assert(f() === 1)', 'for (;;);', 'assert(f() === 1)'];
    const score = await judge({ language: 'javascript', value: 'fraction' }, right, tests);
    expect(score.value).toBeCloseTo(2 / 3);
  });

  it('takes the first fenced block of a million backticks, and of a block that is cut', async () => {
    expect((await judge({ language: 'javascript' }, '`'.repeat(1_000_000), 'f()')).value).toBe(0);
    expect(await javascript(`Use \`f\`:\n\`\`\`js\n${right}`)).toBe(1);
  });

  it('leaves the event loop alone, and hears the abort', async () => {
    const controller = new AbortController();
    const judged = judge(
      { language: 'javascript' },
      'for (;;);',
      Array<string>(100).fill(''),
      controller.signal,
    );
    setTimeout(() => controller.abort(new Error('stopped')), 50);
    await expect(judged).rejects.toThrow('stopped');
  });
});

const HERE = JSON.stringify(process.cwd());
const MOUNT = 'import ctypes; c = ctypes.CDLL(None, use_errno=True)';
const FORKS =
  'import os, time\nfor _ in range(COUNT):\n  if os.fork() == 0:\n    time.sleep(0.5)\n    os._exit(0)';

const works = await judge({ language: 'python' }, 'x = 1', 'assert x == 1').then(
  (score) => score.value === 1,
  () => false,
);
if (!works) console.log('\nSkipped: attacks on the Python sandbox, since none works on this machine.');

describe.skipIf(!works)('Python', () => {
  // Each control is the same deed where it is allowed and passes; so the attack fails for the reason that is named alone.
  it.each([
    ['reading', 'open("/usr/bin/env", "rb")', 'open("/etc/passwd")', 'FileNotFoundError'],
    ['the project', 'import os; os.stat("/tmp")', `import os; os.stat(${HERE})`, 'FileNotFoundError'],
    ['writing outside of /tmp', 'open("/tmp/x", "w")', 'open("/x", "w")', 'OSError: [Errno 30]'],
    ['writing to /usr', 'open("/tmp/x", "w")', 'open("/usr/x", "w")', 'OSError: [Errno 30]'],
    [
      'the network',
      'import socket; socket.socket(2, 2)',
      'import socket; socket.socket(2, 2).connect(("1.1.1.1", 53))',
      'OSError: [Errno 101]',
    ],
    [
      'mounting',
      `${MOUNT}; assert c.getpid() > 0`,
      `${MOUNT}; r = c.mount(b"t", b"/tmp", b"tmpfs", 0, None); raise OSError(ctypes.get_errno(), str(r))`,
      'PermissionError: [Errno 1] -1',
    ],
    ['memory', 'x = bytearray(100 << 20)', 'x = bytearray(600 << 20)', 'MemoryError'],
    ['processes', FORKS.replace('COUNT', '1'), FORKS.replace('COUNT', '50'), 'BlockingIOError'],
    ['deep recursion', 'g = lambda n: n and g(n - 1)\ng(9)', 'g = lambda: g() + 1\ng()', 'RecursionError'],
    [
      'large files',
      'with open("/tmp/x", "wb") as f: f.write(bytes(1 << 20))',
      'with open("/tmp/x", "wb") as f: f.write(bytes(32 << 20))',
      'OSError: [Errno 2',
    ],
    ['leaving early', 'import os; os._exit', 'import os; os._exit(0)', 'The program ended'],
    [
      'a printed verdict',
      'import os; os.write(1, b"x -\\n")',
      'import os; os.write(1, b"x -\\n"); os._exit(0)',
      'The program ended',
    ],
  ])('contains %s', async (_, control, attack, reason) => {
    expect(await judge({ language: 'python' }, control, 'pass')).toMatchObject({ value: 1 });
    const { value, explanation } = await judge({ language: 'python' }, attack, 'pass');
    expect(value).toBe(0);
    expect(explanation).toContain(reason);
  });

  // Each runs to its end, and passes with the right function: only the test judges the wrong one.
  it.each([
    ['a patched exec', 'import builtins\nbuiltins.exec = builtins.compile = lambda *a, **k: None'],
    ['no exceptions', 'import builtins\nbuiltins.AssertionError = builtins.BaseException = None'],
    ['patched modules', 'import os, json\nos._exit = os.write = json.dumps = lambda *a: None'],
    [
      'what the frames of its callers hold',
      'import sys\nv = sys._getframe(1).f_locals\nv["passed"] = True\nassert "tests" in v\nassert "nonce" not in v',
    ],
  ])('is not forged by %s', async (_, attack) => {
    const right = `def f(): return 1\n${attack}`;
    expect(await judge({ language: 'python' }, right, 'assert f() == 1')).toMatchObject({ value: 1 });
    const wrong = await judge({ language: 'python' }, right, 'assert f() == 2');
    expect(wrong.value).toBe(0);
    expect(wrong.explanation).toContain('AssertionError');
  });

  it('lets a program write to its /tmp and print without end', async () => {
    const output = 'open("/tmp/x", "w").write("x")\nfor _ in range(100000): print("x" * 100)';
    expect((await judge({ language: 'python' }, output, 'pass')).value).toBe(1);
  });

  it('hears the abort in an endless loop, while the event loop runs', async () => {
    const controller = new AbortController();
    const judged = judge({ language: 'python' }, 'while True: pass', 'pass', controller.signal);
    setTimeout(() => controller.abort(new Error('stopped')), 300);
    await expect(judged).rejects.toThrow('stopped');
  });
});

it('says what to do where Python is not allowed', async () => {
  const scorer = bindScorer(scorerSchema.parse({ type: 'code', language: 'python' }));
  const judged = (async () => scorer.score(scoringInput({ metadata: { tests: 'pass' } }), never))();
  await expect(judged).rejects.toThrow(Unscorable);
  await expect(judged).rejects.toThrow('CODE_SANDBOX_PYTHON=on');
});
