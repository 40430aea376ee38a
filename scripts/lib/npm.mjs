import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT } from './project.mjs';

/**
 * Runs npm in the project, quietly; the npm that runs this script where there is one.
 * @param {...string} args
 * @throws {Error} with all that npm printed, when it fails.
 */
export async function npm(...args) {
  const { npm_execpath: path } = process.env;
  const [program, ...first] = path?.endsWith('.js') ? [process.execPath, path] : ['npm'];
  const child = spawn(program, [...first, ...args], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`\`npm ${args.join(' ')}\` failed:\n\n${output.trim()}`);
}
