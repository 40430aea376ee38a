import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Leaves metrics for node_exporter, which reads `*.prom` of a folder; by a rename, so that it never sees half a file. */
export async function writeMetrics(
  folder: string | undefined,
  name: string,
  values: Record<string, number>,
): Promise<void> {
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.prom`);
  const lines = Object.entries(values).map(([metric, value]) => `${metric} ${value}\n`);
  await writeFile(`${file}.new`, lines.join(''), { mode: 0o644 });
  await rename(`${file}.new`, file);
}
