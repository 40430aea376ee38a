import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChildProgram {
  stop(): Promise<void>;
}

/** Starts a server and waits until `url` answers 2xx. @throws with what it printed, where it ends before. */
export async function startProgram(
  program: string,
  args: string[],
  url: string,
  env: Record<string, string> = {},
): Promise<ChildProgram> {
  // The shell ends the server when our end of its stdin closes, so also when we are killed.
  const keeper = spawn('sh', ['-c', '"$@" & read -r _; kill $!; wait', 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [keeper.stdout, keeper.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  const stop = async (): Promise<void> => {
    keeper.stdin.end();
    if (keeper.exitCode === null) await once(keeper, 'exit');
  };
  for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return { stop };
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`${program} does not answer at ${url}. It printed:\n${output}`);
    }
  }
}
