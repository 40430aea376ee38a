// npm run check: the linter, which takes as long as everything else together, beside everything else.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT } from './lib/project.mjs';

const LANES = [['lint'], ['format:check', 'types', 'unused']];

/** @param {string[]} scripts one after the other @returns {Promise<boolean>} whether each was silent */
async function pass(scripts) {
  for (const script of scripts) {
    const [code] = await once(spawn('npm', ['run', script], { cwd: PROJECT, stdio: 'inherit' }), 'exit');
    if (code !== 0) return false;
  }
  return true;
}

const passed = await Promise.all(LANES.map(pass));
process.exitCode = passed.every(Boolean) ? 0 : 1;
