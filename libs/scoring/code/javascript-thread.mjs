/**
 * What the thread of a judgement runs. It says `ready` once before anything of a user's runs, then for each test null where
 * that passed, or why it failed.
 *
 * Each test has an engine and a context of its own. `assert` is made first; then the program runs, and its jobs; then the
 * test as a script of its own, in an async function, whose promise must be fulfilled. The program cannot reach that promise,
 * nor `assert`, nor this side of the engine.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { newQuickJSWASMModule } from 'quickjs-emscripten';
// A thread has no condition by which #libs would lead to sources.
import { openContext } from '../../sandbox/quickjs.mjs';

const { program, tests, ms } = workerData;
const ASSERT = '(ok, message) => { if (!ok) throw new Error(message || "assertion failed"); }';

function judge(engine, test) {
  const deadline = Date.now() + ms;
  const { context, why, runJobs } = openContext(engine, () => Date.now() > deadline);
  const assert = context.unwrapResult(context.evalCode(ASSERT));
  const ran = context.evalCode(program, 'program.js');
  if (ran.error) return `The program failed: ${why(ran.error)}`;
  runJobs();
  if (Date.now() > deadline) return 'The program left work without end: the time was up.';
  const compiled = context.evalCode(`(async function (assert) {\n${test}\n})`, 'test.js');
  if (compiled.error) return `The test is not code: ${why(compiled.error)}`;
  const called = context.callFunction(compiled.value, context.undefined, assert);
  if (called.error) return why(called.error);
  runJobs();
  const state = context.getPromiseState(called.value);
  if (state.type === 'fulfilled' && !state.notAPromise) return null;
  if (state.type === 'rejected') return why(state.error);
  return Date.now() > deadline ? 'The time was up.' : 'The test waits for what never comes.';
}

let engine = await newQuickJSWASMModule();
parentPort.postMessage('ready');
for (const test of tests) {
  engine ??= await newQuickJSWASMModule();
  let failure;
  try {
    failure = judge(engine, test);
  } catch (error) {
    failure = `The engine broke: ${String(error).slice(0, 200)}`;
  }
  engine = undefined;
  parentPort.postMessage({ failure });
}
