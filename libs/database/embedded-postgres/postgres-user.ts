import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where root's data goes when the unprivileged PostgreSQL user cannot reach the wished folder. */
const SYSTEM_ROOT = '/var/lib/aibench';
const NOBODY = 65_534;

export interface PostgresUser {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root, so root runs it as `nobody`; everybody else as themselves (undefined). */
export async function postgresUser(): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid = NOBODY, gid = NOBODY] = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(passwd) ?? [];
  // macOS writes the ids of nobody as -2.
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}

/** `wished`, or a folder of its own under `/var/lib/aibench` where `user` cannot enter it or an ancestor of it. */
export async function reachableRoot(wished: string, user: PostgresUser | undefined): Promise<string> {
  const root = resolve(wished);
  if (!user || (await canReach(root, user))) return root;
  return join(SYSTEM_ROOT, createHash('sha256').update(root).digest('hex').slice(0, 16));
}

async function canReach(path: string, user: PostgresUser): Promise<boolean> {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  for (let folder = await realpath(existing); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const enter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & enter) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
