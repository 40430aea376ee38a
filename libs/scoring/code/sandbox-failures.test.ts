import type * as childProcess from 'node:child_process';
import type * as workerThreads from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { Unscorable } from '../score.js';
import { runJavascript } from './run-javascript.js';
import { runPython } from './run-python.js';

const instead = vi.hoisted(() => ({ program: '', script: '', thread: '' }));

vi.mock('node:child_process', async (original) => {
  const real = await original<typeof childProcess>();
  return {
    ...real,
    spawn: (_program: string, _argv: string[], options: childProcess.SpawnOptions) =>
      real.spawn(instead.program, ['-c', instead.script], options),
  };
});
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof workerThreads>();
  class Worker extends real.Worker {
    constructor(_file: URL, options: workerThreads.WorkerOptions) {
      super(instead.thread, { ...options, eval: true });
    }
  }
  return { ...real, Worker };
});

const { signal } = new AbortController();

it.each([
  ['there is no unshare', '/no/such/unshare', '', 'ENOENT'],
  [
    'namespaces are refused',
    '/bin/sh',
    'echo "unshare: not permitted" >&2; exit 1',
    'unshare: not permitted',
  ],
  ['the sandbox ends in silence', '/bin/sh', 'exit 3', 'It ended with 3.'],
])('has no verdict on Python where %s, and says what to do', async (_, program, script, why) => {
  Object.assign(instead, { program, script });
  const judged = runPython('x = 1', ['pass'], signal);
  await expect(judged).rejects.toThrow(Unscorable);
  await expect(judged).rejects.toMatchObject({ code: 'sandbox_failed' });
  await expect(judged).rejects.toThrow(why);
  await expect(judged).rejects.toThrow('Install python3');
});

it.each([
  ['breaks', 'throw new Error("no memory")', 'no memory'],
  ['ends', '', 'The thread ended.'],
])('has no verdict on JavaScript where the thread %s, and says what to do', async (_, thread, why) => {
  instead.thread = thread;
  const judged = runJavascript('1', ['assert(true)'], signal);
  await expect(judged).rejects.toThrow(Unscorable);
  await expect(judged).rejects.toMatchObject({ code: 'sandbox_failed' });
  await expect(judged).rejects.toThrow(why);
});

it('leaves the queue at once when it is aborted', async () => {
  instead.thread = 'setInterval(() => {}, 1000)';
  const controller = new AbortController();
  const judged = Promise.allSettled(
    Array.from({ length: 8 }, () => runJavascript('1', ['assert(true)'], controller.signal)),
  );
  setTimeout(() => controller.abort(new Error('stopped')), 50);
  for (const outcome of await judged)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'stopped' } });
});
