import type { ChildProcess } from 'node:child_process';

const SHOWN = 300;

/** Kills a process that was started as the leader of a group, with all that it started. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/**
 * The end of what a program wrote to stderr, as a sentence that follows others; empty where it wrote nothing.
 * @param env what the program was given in its environment, which may be secret.
 */
export function lastWords(stderr: string, env: Record<string, string>): string {
  let clean = stderr;
  for (const [name, value] of Object.entries(env)) {
    if (name !== 'PATH' && value.length >= 4) clean = clean.replaceAll(value, `[${name}]`);
  }
  const tail = clean.replace(/\s+/g, ' ').trim().slice(-SHOWN);
  return tail === '' ? '' : ` It last wrote to stderr: "${tail}".`;
}
