import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves figures for the last line of `npm run test:ui`, which names the folder; without it nobody asked. */
export function report(figures: Record<string, number>): void {
  const folder = process.env['UI_REPORT'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${Object.keys(figures).join('-')}.json`), JSON.stringify(figures));
}
