/**
 * What the thread of a judgement runs: a constant, so that it is found alike from sources and from dist/. It says `ready`
 * once before anything of a user's runs, then for each test null where that passed, or why it failed.
 *
 * Each test has an engine and a context of its own. `assert` is made first; then the program runs, and its jobs; then the
 * test as a script of its own, in an async function, whose promise must be fulfilled. The program cannot reach that promise,
 * nor `assert`, nor this side of the engine. Engines are not taken apart: an interrupted one may abort at that.
 */
export const JAVASCRIPT_THREAD = `
const { parentPort, workerData: { quickjs, program, tests, ms } } = require('node:worker_threads');
const { newQuickJSWASMModule } = require(quickjs);

const ASSERT = '(ok, message) => { if (!ok) throw new Error(message || "assertion failed"); }';

const judge = (engine, test) => {
  const deadline = Date.now() + ms;
  const runtime = engine.newRuntime();
  runtime.setMemoryLimit(32 * 1024 * 1024);
  runtime.setMaxStackSize(256 * 1024);
  runtime.setInterruptHandler(() => Date.now() > deadline);
  const context = runtime.newContext();
  const text = (handle) => (context.typeof(handle) === 'string' ? context.getString(handle).slice(0, 200) : '');
  const why = (error) => {
    try {
      if (context.typeof(error) === 'string') return text(error);
      const name = text(context.getProp(error, 'name')) || 'Error';
      return name + ': ' + text(context.getProp(error, 'message'));
    } catch {
      return 'Error';
    }
  };
  const runJobs = () => {
    while (runtime.hasPendingJob() && Date.now() <= deadline) runtime.executePendingJobs(100);
  };

  const assert = context.unwrapResult(context.evalCode(ASSERT));
  const ran = context.evalCode(program, 'program.js');
  if (ran.error) return 'The program failed: ' + why(ran.error);
  runJobs();
  if (Date.now() > deadline) return 'The program left work without end: the time was up.';
  const compiled = context.evalCode('(async function (assert) {\\n' + test + '\\n})', 'test.js');
  if (compiled.error) return 'The test is not code: ' + why(compiled.error);
  const called = context.callFunction(compiled.value, context.undefined, assert);
  if (called.error) return why(called.error);
  runJobs();
  const state = context.getPromiseState(called.value);
  if (state.type === 'fulfilled' && !state.notAPromise) return null;
  if (state.type === 'rejected') return why(state.error);
  return Date.now() > deadline ? 'The time was up.' : 'The test waits for what never comes.';
};

(async () => {
  let engine = await newQuickJSWASMModule();
  parentPort.postMessage('ready');
  for (const test of tests) {
    engine ??= await newQuickJSWASMModule();
    let failure;
    try {
      failure = judge(engine, test);
    } catch (error) {
      failure = 'The engine broke: ' + String(error).slice(0, 200);
    }
    engine = undefined;
    parentPort.postMessage({ failure });
  }
})();
`;
