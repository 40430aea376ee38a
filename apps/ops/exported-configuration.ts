import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportedSettings, readEnvironment } from '#libs/config';

const folderOf = (backupDir: string): string => join(backupDir, 'configuration');

/** Writes the settings without secrets, if they are not what was written last. @returns the new file, or null. */
export async function exportConfiguration(backupDir: string, now: Date): Promise<string | null> {
  const text = `${JSON.stringify(exportedSettings(readEnvironment()), null, 2)}\n`;
  const folder = folderOf(backupDir);
  const last = (await readdir(folder).catch(() => [])).sort().at(-1);
  if (last !== undefined && (await readFile(join(folder, last), 'utf8')) === text) return null;
  const file = join(folder, `${now.toISOString().replace(/[-:]|\.\d+/g, '')}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  return file;
}
