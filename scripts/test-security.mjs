// npm run test:security [-- <vitest arguments>]: the attacks of test/security. The last line counts them, as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './lib/project.mjs';

/** @typedef {{ attack: string, tried: number, breaches: number }} Attack */
/** @typedef {{ routes: number, route_checks: number, fuzz_cases: number }} Counts */

const folder = await mkdtemp(join(tmpdir(), 'aibench-attacks-'));
const log = join(folder, 'attacks.jsonl');
const vitest = spawn(
  process.execPath,
  [join(PROJECT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/security', ...process.argv.slice(2)],
  { cwd: PROJECT, stdio: 'inherit', env: { ...process.env, ATTACK_LOG: log } },
);
// A terminal's Ctrl-C reaches vitest too; it ends and then so do we.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
const [code] = await once(vitest, 'exit');
const text = await readFile(log, 'utf8').catch(() => '');
await rm(folder, { recursive: true });

/** @type {(Partial<Attack> & Partial<Counts>)[]} */
const entries = text
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
/** @type {Map<string, Attack>} */
const attacks = new Map();
const counts = { routes: 0, route_checks: 0, fuzz_cases: 0, attacks: 0, breaches: 0 };
for (const { attack, tried = 0, breaches = 0, routes = 0, route_checks = 0, fuzz_cases = 0 } of entries) {
  counts.routes += routes;
  counts.route_checks += route_checks;
  counts.fuzz_cases += fuzz_cases;
  counts.attacks += tried;
  counts.breaches += breaches;
  if (attack === undefined) continue;
  const sum = attacks.get(attack) ?? { attack, tried: 0, breaches: 0 };
  attacks.set(attack, { attack, tried: sum.tried + tried, breaches: sum.breaches + breaches });
}

const rows = [...attacks.values()].sort((a, b) => a.attack.localeCompare(b.attack));
console.log('\nAttacks tried and stopped\n');
console.table(rows.map(({ attack, tried, breaches }) => ({ attack, tried, stopped: tried - breaches })));
if (code !== 0) console.error(`\nFailed: vitest ended with ${code ?? 'a signal'}.`);
console.log(`\n${JSON.stringify(counts)}`);
process.exit(code === 0 && counts.breaches === 0 ? 0 : 1);
