/**
 * A context of 32 MiB that reaches nothing of the host and is interrupted once `isOver()`, which is asked every ten thousand
 * steps or so; `why(error)` says what was thrown, and `runJobs()` runs what promises wait for. Engines are not taken apart:
 * an interrupted one may abort at that.
 * @param {import('quickjs-emscripten').QuickJSWASMModule} engine
 * @param {() => boolean} isOver
 */
export function openContext(engine, isOver) {
  const runtime = engine.newRuntime();
  runtime.setMemoryLimit(32 * 1024 * 1024);
  runtime.setMaxStackSize(256 * 1024);
  runtime.setInterruptHandler(isOver);
  const context = runtime.newContext();
  const text = (handle) =>
    context.typeof(handle) === 'string' ? context.getString(handle).slice(0, 200) : '';
  const why = (error) => {
    try {
      if (context.typeof(error) === 'string') return text(error);
      const name = text(context.getProp(error, 'name')) || 'Error';
      return `${name}: ${text(context.getProp(error, 'message'))}`;
    } catch {
      return 'Error';
    }
  };
  const runJobs = () => {
    while (runtime.hasPendingJob() && !isOver()) runtime.executePendingJobs(100);
  };
  return { context, why, runJobs };
}
