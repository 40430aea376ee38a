import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf, newId } from '#libs/common';
import { parseMasterKeys, type AppConfig } from '#libs/config';
import { MasterKeys } from './master-keys.js';

/**
 * The operator's master keys, then those of the standalone service's own file in `DATA_DIR`, if there is one: they wrap
 * only where the operator set none.
 * @throws AppError `invalid_configuration` where the file holds something else.
 */
export async function readMasterKeys(config: AppConfig): Promise<MasterKeys> {
  const { keys } = config.vault;
  const file = fileOf(config);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return new MasterKeys(keys);
  try {
    const own = parseMasterKeys(text).filter(({ id }) => keys.every((key) => key.id !== id));
    return new MasterKeys([...keys, ...own]);
  } catch (error) {
    throw AppError.invalid('invalid_configuration', `The content of ${file} ${messageOf(error)}.`);
  }
}

/** Likewise, of a standalone service: where there are none it makes one, which nobody but its user may read. */
export async function ensureMasterKeys(config: AppConfig): Promise<MasterKeys> {
  if (config.vault.keys.length === 0) await makeOnce(fileOf(config));
  return readMasterKeys(config);
}

const fileOf = ({ standalone }: AppConfig): string => join(standalone.dataDir, 'vault.key');

/** Whole or not at all, and never over one that is there: what it wrapped would be lost. */
async function makeOnce(file: string): Promise<void> {
  const temporary = `${file}.${newId()}`;
  await mkdir(dirname(file), { recursive: true });
  const id = `own-${randomBytes(4).toString('hex')}`;
  await writeFile(temporary, `${id}:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  await link(temporary, file)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    })
    .finally(() => rm(temporary, { force: true }));
}
