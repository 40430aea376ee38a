/**
 * What a thread of tools runs. It says `ready` once, then answers each call, one at a time: `{ value }`, the JSON text of what
 * the function gave and of the state that it left; `{ thrown }` where it failed; `{ late }` where this machine was too slow;
 * `{ broken }` where the source is no function. Without arguments it is compiled alone, and none of it runs.
 * Each call has an engine of its own, so that nothing passes from one to the next; the next is made while nobody waits.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { newQuickJSWASMModule } from 'quickjs-emscripten';
import { openContext } from './quickjs.mjs';

const CALL = `(({ parse, stringify }) => async (call, args, state) => {
  const kept = parse(state);
  const value = await call(parse(args), kept);
  return stringify([value, kept]);
})(JSON)`;

function answer(engine, { source, args, state }) {
  const deadline = Date.now() + workerData.ms;
  let steps = 0;
  const isLate = () => Date.now() > deadline;
  const isSpent = () => steps > workerData.steps;
  const { context, why, runJobs } = openContext(engine, () => ++steps > workerData.steps || isLate());
  if (args === undefined) {
    const { error } = context.evalCode(`(${source}\n)`, 'tool.js', { compileOnly: true });
    return error ? { broken: why(error) } : {};
  }
  const call = context.unwrapResult(context.evalCode(CALL));
  const made = context.evalCode(`(${source}\n)`, 'tool.js');
  if (made.error) return { broken: why(made.error) };
  if (context.typeof(made.value) !== 'function') return { broken: 'It is no function.' };
  const called = context.callFunction(
    call,
    context.undefined,
    made.value,
    context.newString(args),
    context.newString(state),
  );
  if (called.error) return { thrown: why(called.error) };
  runJobs();
  const settled = context.getPromiseState(called.value);
  if (settled.type === 'fulfilled') return { value: context.getString(settled.value) };
  if (isLate()) return { late: true };
  if (settled.type === 'rejected') return { thrown: why(settled.error) };
  return { thrown: isSpent() ? 'It takes too many steps.' : 'It waits for what never comes.' };
}

let engine = newQuickJSWASMModule();
await engine;
parentPort.on('message', async (call) => {
  let said;
  try {
    said = answer(await engine, call);
  } catch (error) {
    said = { thrown: `The engine broke: ${String(error).slice(0, 200)}` };
  }
  parentPort.postMessage(said);
  engine = newQuickJSWASMModule();
});
parentPort.postMessage('ready');
