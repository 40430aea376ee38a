import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { AppError } from '#libs/common';

/**
 * Opens a file of the operator's folder by its name below it.
 * @throws AppError `invalid_path` where the name, or a link on its way, leads out; `dataset_not_found`
 */
export async function openBelow(folder: string, name: string): Promise<FileHandle> {
  const parts = name.split(/[/\\]/);
  if (isAbsolute(name) || parts.includes('..') || name.includes('\0')) {
    throw invalidPath(name, 'is no name below DATASET_FOLDER, such as "qa/test.jsonl"');
  }
  const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, name))]).catch(
    notFound(name),
  );
  const inside = relative(root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw invalidPath(name, 'leads out of DATASET_FOLDER by a link');
  }
  // Without waiting, should it be a pipe, and not through a link that took the file's place since.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch(notFound(name));
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw invalidPath(name, 'is no file');
}

const invalidPath = (name: string, what: string): AppError =>
  AppError.invalid('invalid_path', `"${name}" ${what}.`);

const notFound =
  (name: string) =>
  (error: unknown): never => {
    const code = String((error as { code?: string }).code);
    throw AppError.notFound(
      'dataset_not_found',
      `"${name}" cannot be opened below DATASET_FOLDER (${code}). Check its name and who may read it.`,
    );
  };
