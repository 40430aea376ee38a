import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves counts for `npm run test:ops` or REQUIRE_OPS=1, which name the folder; without it nobody asked. */
export function report(counts: Record<string, number | boolean>): void {
  const folder = process.env['OPS_REPORT'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${Object.keys(counts).join('-')}.json`), JSON.stringify(counts));
}
