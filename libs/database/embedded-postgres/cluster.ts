import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#libs/common';
import { makeFolderOnce } from './make-folder-once.js';
import { binariesEnvironment } from './postgres-binaries.js';
import type { PostgresUser } from './postgres-user.js';

/** The files of one PostgreSQL server: its data, the password that goes with it, its log. */
export interface Cluster {
  binaries: string;
  dataDir: string;
  logFile: string;
  password: string;
  user: PostgresUser | undefined;
  /** False: faster, and lost with the machine's power. */
  durable: boolean;
}

/** The cluster in `folder`, made on first use. An interrupted initdb leaves nothing that counts as a cluster. */
export async function openCluster(
  folder: string,
  { binaries, user, durable }: Pick<Cluster, 'binaries' | 'user' | 'durable'>,
): Promise<Cluster> {
  await makeFolderOnce(folder, (temporary) => initialise(temporary, binaries, user, durable));
  const dataDir = join(folder, 'data');
  const owner = (await stat(dataDir)).uid;
  const server = user?.uid ?? process.getuid?.() ?? owner;
  if (owner !== server) {
    throw new AppError(
      'unavailable',
      'data_of_another_user',
      `The data in ${dataDir} belongs to user id ${owner}, but PostgreSQL would run as ${server}. ` +
        'Start the service as the user that made the data, or choose another folder.',
    );
  }
  const password = await readFile(join(folder, 'password'), 'utf8');
  return { binaries, dataDir, logFile: join(folder, 'postgres.log'), password, user, durable };
}

async function initialise(
  folder: string,
  binaries: string,
  user: PostgresUser | undefined,
  durable: boolean,
): Promise<void> {
  const dataDir = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(dataDir, { mode: 0o700 });
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  if (user) for (const path of [dataDir, passwordFile]) await chown(path, user.uid, user.gid);
  const settings = [
    `--pgdata=${dataDir}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
  await promisify(execFile)(join(binaries, 'bin', 'initdb'), settings, {
    ...user,
    cwd: dirname(dataDir),
    env: binariesEnvironment(binaries),
  }).catch((error: Error & { stderr?: string }) => {
    throw new Error(error.stderr?.trim().replaceAll('\n', ' | ') || error.message);
  });
  // initdb has read it as the server's user; from now on only we do.
  if (user) await chown(passwordFile, 0, 0);
}
