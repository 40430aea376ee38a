import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { z } from 'zod';
import { Unscorable } from '../score.js';
import { PYTHON_RUNNER, SANDBOX_SCRIPT } from './python-runner.js';

const LIMIT_MS = 10_000;
const MAX_OUTPUT = 65_536;
const NOBODY = 65_534;

const NAMESPACES = ['--user', '--map-root-user', '--mount', '--net', '--pid', '--ipc', '--uts', '--fork'];

const verdictSchema = z.object({ nonce: z.string(), passed: z.array(z.boolean()) });

const slots = pLimit(availableParallelism());
let works: Promise<boolean> | undefined;

/**
 * Which tests passed after `program`; all false where it ran out of time, memory or ended by itself.
 * @throws Unscorable `no_sandbox`; the signal's reason.
 */
export async function runPython(program: string, tests: string[], signal: AbortSignal): Promise<boolean[]> {
  works ??= execute('', ['pass'], new AbortController().signal).then(([passed]) => passed === true);
  if (!(await works)) {
    throw new Unscorable(
      'no_sandbox',
      'No sandbox for Python works on this machine, and without one no code is run. Install python3 in /usr/bin and ' +
        'util-linux, and allow unprivileged user namespaces (sysctl user.max_user_namespaces), then restart the worker.',
    );
  }
  return slots(() => execute(program, tests, signal));
}

function execute(program: string, tests: string[], signal: AbortSignal): Promise<boolean[]> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const nonce = randomUUID();
    // Root's namespaces would see root's files, and no limit of processes holds for root.
    const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const child = spawn(
      'unshare',
      [...NAMESPACES, '--kill-child', '/bin/sh', '-c', SANDBOX_SCRIPT, 'sandbox', PYTHON_RUNNER],
      {
        ...asNobody,
        cwd: '/',
        detached: true,
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    // The group is unshare and what it forked; with the first process of a PID namespace all others die.
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended
      }
    };
    const timer = setTimeout(kill, LIMIT_MS);
    signal.addEventListener('abort', kill, { once: true });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.length > MAX_OUTPUT) kill();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify({ nonce, program, tests }));
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(readVerdict(output, nonce, tests.length));
    };
    child.once('error', finish);
    child.once('close', finish);
  });
}

function readVerdict(output: string, nonce: string, count: number): boolean[] {
  const failed = Array<boolean>(count).fill(false);
  try {
    const verdict = verdictSchema.parse(JSON.parse(output));
    return verdict.nonce === nonce && verdict.passed.length === count ? verdict.passed : failed;
  } catch {
    return failed;
  }
}
