import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';

/** 500 ms a test; beside them a thread may take this long to start and load WebAssembly. */
const TEST_MS = 500;
const START_MS = 10_000;

/**
 * A constant, so that it is found alike from sources and from dist/. A runtime for each test; the verdict is whether
 * QuickJS reports an exception, which nothing inside can change. Jobs of promises are never run: tests are synchronous.
 */
const THREAD = `
const { parentPort, workerData: { quickjs, program, tests, ms } } = require('node:worker_threads');
const { getQuickJS, shouldInterruptAfterDeadline } = require(quickjs);
getQuickJS().then((engine) => parentPort.postMessage(tests.map((test) => {
  try {
    const options = { memoryLimitBytes: 32 * 1024 * 1024, maxStackSizeBytes: 256 * 1024 };
    const interrupt = shouldInterruptAfterDeadline(Date.now() + ms);
    const run = (code) => engine.evalCode(code, { ...options, shouldInterrupt: interrupt });
    run(program + '\\n;(function (assert) {\\n' + test +
      '\\n})(function (ok, message) { if (!ok) throw new Error(message || "assertion failed"); });');
    return true;
  } catch {
    return false;
  }
})));`;

const slots = pLimit(availableParallelism());
const quickjs = createRequire(import.meta.url).resolve('quickjs-emscripten');

/**
 * Which tests passed after `program`, in QuickJS (WebAssembly, 32 MiB, nothing of the host) in a thread of its own.
 * All false where the thread broke or did not answer. @throws the signal's reason.
 */
export const runJavascript = (program: string, tests: string[], signal: AbortSignal): Promise<boolean[]> =>
  slots(async () => {
    signal.throwIfAborted();
    const thread = new Worker(THREAD, {
      eval: true,
      env: {},
      workerData: { quickjs, program, tests, ms: TEST_MS },
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    let onAbort = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<boolean[]>((resolve, reject) => {
        const failed = (): void => resolve(tests.map(() => false));
        onAbort = () => reject(signal.reason as Error);
        signal.addEventListener('abort', onAbort, { once: true });
        timer = setTimeout(failed, START_MS + 2 * TEST_MS * tests.length);
        thread.once('message', resolve).once('error', failed).once('exit', failed);
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      await thread.terminate();
    }
  });
