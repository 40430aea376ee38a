import { Worker } from 'node:worker_threads';
import { messageOf } from '#libs/common';
import { inSlots, orAborted } from '#libs/sandbox';
import { Unscorable } from '../score.js';
import type { RunTests } from './run-tests.js';

/** For a test; beside them a thread may take this long to start and load WebAssembly. */
const TEST_MS = 500;
const START_MS = 20_000;
const GRACE_MS = 2_000;

/**
 * In QuickJS (WebAssembly, 500 ms and 32 MiB a test, nothing of the host) in a thread of its own.
 * @throws Unscorable `sandbox_failed`; the signal's reason.
 */
export const runJavascript: RunTests = inSlots(execute);

async function execute(program: string, tests: string[], signal: AbortSignal): Promise<(string | null)[]> {
  signal.throwIfAborted();
  let thread: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await orAborted(
      new Promise((resolve, reject) => {
        const failures: (string | null)[] = [];
        let ready = false;
        const end = (why: string): void => {
          if (ready) resolve(tests.map((_, i) => (i < failures.length ? failures[i]! : why)));
          else reject(new Error(why));
        };
        thread = new Worker(new URL('./javascript-thread.mjs', import.meta.url), {
          env: {},
          execArgv: [],
          workerData: { program, tests, ms: TEST_MS },
          resourceLimits: { maxOldGenerationSizeMb: 128 },
        });
        timer = setTimeout(end, START_MS, `It did not start within ${START_MS / 1000} s.`);
        thread.on('message', (message: 'ready' | { failure: string | null }) => {
          if (message === 'ready') {
            ready = true;
            clearTimeout(timer);
            // Beside the tests' own time, that of their engines: nothing inside can stop one long native call.
            timer = setTimeout(end, GRACE_MS + 2 * TEST_MS * tests.length, 'The time was up.');
          } else if (failures.push(message.failure) === tests.length) resolve(failures);
        });
        thread.once('error', (error) => end(`The thread broke: ${messageOf(error)}`));
        thread.once('exit', () => end('The thread ended.'));
      }),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new Unscorable(
      'sandbox_failed',
      `The thread for JavaScript did not start: ${messageOf(error)} Nothing was judged. Give the worker more memory or ` +
        'processors, or start it with fewer slots, and run the trial again.',
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    await thread?.terminate();
  }
}
