import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { AppError, lastWords } from '#libs/common';
import { readEnvironment } from '#libs/config';
import type { User } from './installation.js';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/**
 * Runs a program without our environment, in which there are secrets. What is secret to it comes in `env` or in a file,
 * never in `args`, which everybody on the machine can read.
 * @returns what it wrote to stdout.
 * @throws AppError `program_missing`, `program_failed` with its last words.
 */
export async function run(
  program: string,
  args: string[],
  { user, env = {} }: { user?: User; env?: Record<string, string> } = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      ...user,
      cwd: '/',
      env: { PATH: readEnvironment()['PATH'], LC_ALL: 'C.UTF-8', ...env },
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: string; stdout?: string; stderr?: string };
    if (code === 'ENOENT')
      throw new AppError(
        'unavailable',
        'program_missing',
        `${program} is not installed. On Debian: apt-get install -y pgbackrest postgresql`,
      );
    const what = args.find((arg) => !arg.startsWith('-')) ?? '';
    throw new AppError(
      'unavailable',
      'program_failed',
      `${basename(program)} ${what} failed (${code}).${lastWords(stderr || stdout, env)}`,
      { cause: error },
    );
  }
}

/** Debian's PostgreSQL versions that are installed, oldest first. */
export async function installedMajors(): Promise<number[]> {
  const names = await readdir(DEBIAN_POSTGRES).catch(() => []);
  return names
    .map(Number)
    .filter((major) => major > 0)
    .sort((a, b) => a - b);
}

export const postgresProgram = (major: number, name: string): string =>
  `${DEBIAN_POSTGRES}/${major}/bin/${name}`;

/** A client program that can talk to a server of `major`: older ones refuse newer servers. */
export async function clientProgram(
  name: string,
  major: number,
): Promise<{ path: string; major: number } | null> {
  const majors = (await installedMajors()).filter((installed) => installed >= major);
  for (const path of [...majors.map((installed) => postgresProgram(installed, name)), name]) {
    const version = await run(path, ['--version']).catch(() => '');
    const found = Number(/\) (\d+)/.exec(version)?.[1] ?? 0);
    if (found >= major) return { path, major: found };
  }
  return null;
}
