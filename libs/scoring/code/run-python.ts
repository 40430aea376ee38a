import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { messageOf } from '#libs/common';
import { inSlots } from '#libs/sandbox';
import { Unscorable } from '../score.js';
import { PYTHON_RUNNER, SANDBOX_SCRIPT } from './python-runner.js';
import type { RunTests } from './run-tests.js';

/** For all tests together; before them the sandbox may take the other to set up. */
const LIMIT_MS = 10_000;
const START_MS = 20_000;
const READY = 'ready\n';
/** Of 100 tests with the reasons why they failed, in hex. */
const MAX_OUTPUT = 262_144;
const NOBODY = 65_534;

const NAMESPACES = ['--user', '--map-root-user', '--mount', '--net', '--pid', '--ipc', '--uts', '--fork'];

/**
 * In namespaces of its own, without network, as nobody.
 * @throws Unscorable `sandbox_failed` where the sandbox was not set up; the signal's reason.
 */
export const runPython: RunTests = inSlots(execute);

async function execute(program: string, tests: string[], signal: AbortSignal): Promise<(string | null)[]> {
  signal.throwIfAborted();
  const nonce = randomUUID();
  let output: string;
  let problem: string;
  try {
    ({ output, problem } = await outputOf(JSON.stringify({ program, tests }), nonce, signal));
  } catch (error) {
    throw sandboxFailed(messageOf(error), error);
  }
  signal.throwIfAborted();
  if (!output.startsWith(READY)) throw sandboxFailed(problem);
  return failuresIn(output.slice(READY.length), nonce, tests.length);
}

/** What the sandbox wrote before it ended or was killed, and what is to be said where it never was ready. */
function outputOf(
  job: string,
  nonce: string,
  signal: AbortSignal,
): Promise<{ output: string; problem: string }> {
  return new Promise((resolve, reject) => {
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
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      },
    );
    child.once('error', reject);
    // Where the machine has no descriptors left, there are no pipes, but an error follows.
    if (child.pid === undefined) return;
    const group = -child.pid;
    // The group is unshare and what it forked; with the first process of a PID namespace all others die.
    const kill = (): void => {
      try {
        process.kill(group, 'SIGKILL');
      } catch {
        // it has ended
      }
    };
    signal.addEventListener('abort', kill, { once: true });
    let output = '';
    let problem = '';
    let timer = setTimeout(() => {
      problem += `It was not ready within ${START_MS / 1000} s.`;
      kill();
    }, START_MS);
    child.stdout.on('data', (data: Buffer) => {
      if (output === '') {
        clearTimeout(timer);
        timer = setTimeout(kill, LIMIT_MS);
      }
      output += data.toString();
      if (output.length > MAX_OUTPUT) kill();
    });
    child.stderr.on('data', (data: Buffer) => (problem = (problem + data.toString()).slice(0, 500)));
    write(child.stdin, job);
    write(child.stdio[3] as Writable & Readable, nonce);
    child.once('close', (code, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve({ output, problem: problem.trim() || `It ended with ${killedBy ?? code}.` });
    });
  });
}

function write(pipe: Writable, text: string): void {
  // Who reads may have ended.
  pipe.on('error', () => undefined);
  pipe.end(text);
}

const sandboxFailed = (why: string, cause?: unknown): Unscorable =>
  new Unscorable(
    'sandbox_failed',
    `The sandbox for Python was not set up, and without one no code is run: ${why} Install python3 in /usr/bin and ` +
      'util-linux, and allow unprivileged user namespaces (sysctl user.max_user_namespaces, on Ubuntu also ' +
      'kernel.apparmor_restrict_unprivileged_userns=0), then run the trial again.',
    { cause },
  );

function failuresIn(line: string, nonce: string, count: number): (string | null)[] {
  const [first, ...verdicts] = line.trimEnd().split(' ');
  if (first !== nonce || verdicts.length !== count)
    return Array<string>(count).fill('The program ended, or its time was up, before all tests had.');
  return verdicts.map((verdict) =>
    verdict === '-' ? null : Buffer.from(verdict.slice(1), 'hex').toString(),
  );
}
