import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '#libs/common';
import { inSlots } from './in-slots.js';
import { orAborted } from './or-aborted.js';

/** A function that a benchmark has for a tool, and what it is called with. */
export interface ToolRun {
  /** An expression that is a function of the arguments and the state, perhaps an async one. */
  source: string;
  /** JSON texts of objects. */
  args: string;
  state: string;
}

/** `value` is the JSON text of `[result, state]`; `thrown` says why there is none. */
export type ToolOutcome = { value: string } | { thrown: string };

/** What a thread says of a call. */
type Said = ToolOutcome | { broken: string } | { late: true };

/** A thread may take this long to start and load WebAssembly. */
const START_MS = 20_000;
/**
 * Of a call, in ten thousands: about half a second of a processor, but counted, so that how busy the machine is makes no
 * difference to what an agent is told.
 */
const STEPS = 1_000;
/** What counting does not hold, such as long native calls, is held by this; it is nobody's fault but the tool's. */
const CALL_MS = 10_000;
/** Beside that for making an engine: nothing inside can stop one native call. */
const GRACE_MS = 5_000;
/** A thread that nobody needed for this long ends. */
const IDLE_MS = 30_000;

/** Threads that wait for a call, and what ends each. */
const idle: { thread: Worker; timer: NodeJS.Timeout; end: () => void }[] = [];

/**
 * In QuickJS (WebAssembly, ten million steps and 32 MiB a call, nothing of the host), in a thread that takes other calls
 * afterwards.
 * @throws AppError `sandbox_failed`; `tool_broken` where the source is no function; `tool_too_slow` where it has not come
 * to an end in 10 s; the signal's reason.
 */
export async function runTool(run: ToolRun, signal: AbortSignal): Promise<ToolOutcome> {
  const said = await ask(run, signal);
  if ('broken' in said) throw broken(said.broken);
  if ('late' in said) throw tooSlow();
  return said;
}

/**
 * Says what is wrong with the source of a tool, without running any of it; null where it compiles.
 * @throws AppError `sandbox_failed`; the signal's reason.
 */
export async function toolProblem(source: string, signal: AbortSignal): Promise<string | null> {
  const said = await ask({ source }, signal);
  if ('late' in said) throw tooSlow();
  if ('broken' in said) return said.broken;
  return 'thrown' in said ? said.thrown : null;
}

const ask = inSlots(async (run: ToolRun | { source: string }, signal: AbortSignal): Promise<Said> => {
  signal.throwIfAborted();
  const thread = takeIdle() ?? (await start(signal));
  let said: Said | null = null;
  try {
    const answer = nextFrom<Said>(thread, CALL_MS + GRACE_MS);
    thread.postMessage(run);
    said = await orAborted(answer, signal);
    return said ?? { late: true };
  } finally {
    if (said !== null) keep(thread);
    else await thread.terminate();
  }
});

async function start(signal: AbortSignal): Promise<Worker> {
  const thread = new Worker(new URL('./tool-thread.mjs', import.meta.url), {
    env: {},
    execArgv: [],
    workerData: { steps: STEPS, ms: CALL_MS },
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  try {
    const ready = await orAborted(nextFrom(thread, START_MS), signal);
    if (ready === null) throw failed(`It did not start within ${START_MS / 1000} s.`);
    return thread;
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

/** What a thread says next; null where it is silent for so long. */
function nextFrom<T>(thread: Worker, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onMessage = (said: T): void => end(() => resolve(said));
    const onError = (error: unknown): void => end(() => reject(failed(messageOf(error), error)));
    const onExit = (): void => end(() => reject(failed('It ended.')));
    const timer = setTimeout(() => end(() => resolve(null)), ms);
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

function takeIdle(): Worker | undefined {
  const found = idle.pop();
  if (!found) return undefined;
  clearTimeout(found.timer);
  found.thread.off('error', found.end).ref();
  return found.thread;
}

function keep(thread: Worker): void {
  // It may hold up no process that has nothing else to do.
  thread.unref();
  const end = (): void => {
    const place = idle.findIndex((one) => one.thread === thread);
    if (place >= 0) idle.splice(place, 1);
    void thread.terminate();
  };
  // Where it breaks between calls, nobody is to be told.
  thread.on('error', end);
  idle.push({ thread, timer: setTimeout(end, IDLE_MS).unref(), end });
}

const failed = (why: string, cause?: unknown): AppError =>
  new AppError(
    'unavailable',
    'sandbox_failed',
    `The thread for tools in JavaScript failed: ${why} Give the worker more memory or processors, or start it with fewer ` +
      'slots, and run the trial again.',
    { cause },
  );

const broken = (why: string): AppError =>
  AppError.invalid('tool_broken', `The javascript of a tool is no function: ${why} Mend the benchmark.`);

const tooSlow = (): AppError =>
  new AppError(
    'unavailable',
    'tool_too_slow',
    `The javascript of a tool did not come to an end within ${CALL_MS / 1000} s. Mend the benchmark, or give the worker more processors.`,
  );
