import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { recordAttack, recordFuzzing, recordRoutes } from './attack-log.js';

afterEach(() => vi.unstubAllEnvs());

it('the attack log keeps a line for each record, where somebody reads it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aibench-attack-log-'));
  const log = join(folder, 'attacks.jsonl');
  vi.stubEnv('ATTACK_LOG', log);
  recordAttack('SSRF', 40, 1);
  recordRoutes(90, 900);
  recordFuzzing(5000);
  vi.stubEnv('ATTACK_LOG', undefined);
  recordAttack('SSRF', 1, 0);
  expect(await readFile(log, 'utf8')).toBe(
    '{"attack":"SSRF","tried":40,"breaches":1}\n{"routes":90,"route_checks":900}\n{"fuzz_cases":5000}\n',
  );
  await rm(folder, { recursive: true });
});
