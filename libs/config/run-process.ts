import { writeFile } from 'node:fs/promises';
import { AppError } from '#libs/common';
import { AppConfig, readEnvironment } from './app-config.js';

export interface RunningService {
  url: string;
  close: () => Promise<void>;
}

/**
 * Runs a service, configured by the environment, until SIGTERM or SIGINT; then closes it and exits 0. What cannot
 * start says why in one line and exits 1. A second signal does not wait, and what hangs is not waited for longer than
 * the drain and 10 s more.
 */
export async function runProcess(
  start: (config: AppConfig) => Promise<RunningService>,
  options?: { standalone: boolean },
): Promise<void> {
  const starting = launch(start, options);
  const stop = (signal: NodeJS.Signals): void => {
    process.once(signal, () => process.exit(1));
    starting
      .then((service) => {
        const limitMs = (service.drainSeconds + 10) * 1000;
        setTimeout(() => fail(new Error(`The service did not stop within ${limitMs} ms.`)), limitMs).unref();
        return service.close();
      })
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await starting.catch(fail);
}

async function launch(
  start: (config: AppConfig) => Promise<RunningService>,
  options: { standalone: boolean } | undefined,
): Promise<RunningService & { drainSeconds: number }> {
  const config = new AppConfig(readEnvironment(), options);
  const service = await start(config);
  const { readyFile } = config.server;
  if (readyFile !== undefined)
    await writeFile(readyFile, JSON.stringify({ url: service.url, pid: process.pid }));
  return { ...service, drainSeconds: config.engine.drainSeconds };
}

function fail(error: unknown): never {
  // An AppError says what to do; of anything else the stack is all there is.
  console.error(error instanceof AppError ? `aibench: ${error.message}` : error);
  process.exit(1);
}
