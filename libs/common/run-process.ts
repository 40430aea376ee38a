import { AppError } from './errors.js';

/**
 * Runs a service until SIGTERM or SIGINT, then closes it and exits 0. What cannot start says why in one line and
 * exits 1. A second signal does not wait.
 */
export async function runProcess(start: () => Promise<{ close: () => Promise<void> }>): Promise<void> {
  const starting = start();
  const stop = (signal: NodeJS.Signals): void => {
    process.once(signal, () => process.exit(1));
    starting
      .then((service) => service.close())
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await starting.catch(fail);
}

function fail(error: unknown): never {
  // An AppError says what to do; of anything else the stack is all there is.
  console.error(error instanceof AppError ? `aibench: ${error.message}` : error);
  process.exit(1);
}
