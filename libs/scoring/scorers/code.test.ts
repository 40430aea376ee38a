import { describe, expect, it } from 'vitest';
import { Unscorable, type Score } from '../score.js';
import { scoringInput } from '../testing/index.js';
import { code, codeSpec } from './code.js';

const never = new AbortController().signal;

type Options = { language: 'javascript' | 'python'; value?: 'all' | 'fraction'; take?: 'fenced' | 'whole' };

const judge = async (
  options: Options,
  output: string,
  tests: string | string[],
  signal = never,
): Promise<Score> =>
  code(codeSpec.parse({ type: 'code', ...options }), { python: true }).score(
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

  it.each([
    ['an endless loop', 'for (;;);'],
    ['a memory bomb', 'const a = []; for (;;) a.push(new Array(100000).fill(1));'],
    ['deep recursion', 'const g = () => g() + 1; g();'],
    ['endless promise jobs', 'const g = () => Promise.resolve().then(g); g(); function f() { return 2; }'],
    ['the host', 'process.exit(0)'],
    ['modules', 'require("node:fs")'],
    ['the constructor of functions', 'this.constructor.constructor("return process")().exit()'],
    ['an assert of its own', 'globalThis.assert = () => {}; function f() { return 2; }'],
    [
      'tampered prototypes',
      'Error.prototype.constructor = null; globalThis.Error = null; function f() { return 2; }',
    ],
    ['a way out of the test', '}); (function () {'],
  ])('gives 0 to %s', async (_, output) => {
    expect(await javascript(output)).toBe(0);
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

const works = await judge({ language: 'python' }, 'x = 1', 'assert x == 1').then(
  (score) => score.value === 1,
  () => false,
);
if (!works) console.log('\nSkipped: attacks on the Python sandbox, since none works on this machine.');

describe.skipIf(!works)('Python', () => {
  // These pass only where the attack succeeded.
  it.each([
    ['reading /etc/passwd', 'open("/etc/passwd")'],
    ['reading the project', `import os; os.stat(${JSON.stringify(process.cwd())})`],
    ['writing outside of /tmp', 'open("/x", "w")'],
    ['writing to /usr', 'open("/usr/x", "w")'],
    ['the network', 'import socket; socket.create_connection(("127.0.0.1", 22), 1)\n'],
    ['an interface that is up', 'import socket; s = socket.socket(2, 2); s.connect(("1.1.1.1", 53))'],
    ['mounting', 'import ctypes; assert ctypes.CDLL(None).mount(b"t", b"/tmp", b"tmpfs", 0, None) == 0'],
    ['a memory bomb', 'x = bytearray(600 * 1024 * 1024)'],
    ['a fork bomb', 'import os, time\nfor _ in range(50):\n  if os.fork() == 0:\n    time.sleep(20)'],
    ['deep recursion', 'g = lambda: g() + 1\ng()'],
    ['a file beyond its limit', 'open("/tmp/x", "wb").write(bytes(32 * 1024 * 1024))'],
    ['leaving early', 'import os; os._exit(0)'],
    ['a printed verdict', 'import os; os.write(1, b\'{"nonce": "", "passed": [true]}\'); os._exit(0)'],
  ])('gives 0 to %s', async (_, output) => {
    expect((await judge({ language: 'python' }, output, 'pass')).value).toBe(0);
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
  const scorer = code(codeSpec.parse({ type: 'code', language: 'python' }), { python: false });
  const judged = (async () => scorer.score(scoringInput({ metadata: { tests: 'pass' } }), never))();
  await expect(judged).rejects.toThrow(Unscorable);
  await expect(judged).rejects.toThrow('CODE_SANDBOX_PYTHON=on');
});
