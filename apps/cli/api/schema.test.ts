import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROJECT = join(import.meta.dirname, '../../..');

it('schema.d.ts is what docs/openapi.json says', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(PROJECT, 'node_modules/openapi-typescript/bin/cli.js'),
      'docs/openapi.json',
      '--default-non-nullable=false',
    ],
    { cwd: PROJECT, maxBuffer: 16 * 1024 * 1024 },
  );
  const kept = await readFile(join(import.meta.dirname, 'schema.d.ts'), 'utf8');
  expect(kept === stdout, 'run npm run api:types').toBe(true);
});
