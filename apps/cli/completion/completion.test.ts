import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../program.js';
import { completionFor } from './completion.js';

/** What bash offers for a line, its last word being the one under the cursor. */
function offered(line: string): string[] {
  const words = line.split(' ').map((word) => `'${word}'`);
  const script = `${completionFor('bash', buildProgram())}
COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _aibench; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' }).split('\n').filter(Boolean);
}

describe('completion', () => {
  it('offers commands, their commands and their options in bash', () => {
    expect(offered('aibench re')).toEqual(['resume', 'results']);
    expect(offered('aibench agents a')).toEqual(['add']);
    expect(offered('aibench run --max')).toEqual(['--max-tokens', '--max-cost']);
    expect(offered('aibench run suite.yaml --js')).toEqual(['--json']);
    expect(offered('aibench export x --format p')).toEqual(['parquet', 'pdf']);
    expect(offered('aibench completion f')).toEqual(['fish']);
    expect(offered('aibench run et')).toEqual(['etc']);
  });

  it('is bash, dressed for zsh', () => {
    expect(completionFor('zsh', buildProgram())).toMatch(
      /^#compdef aibench\n[^]*bashcompinit[^]*_aibench\(\)/,
    );
  });

  it('has a line for every command and option in fish', () => {
    const fish = completionFor('fish', buildProgram());
    expect(fish).toContain(
      "complete -c aibench -n '__fish_seen_subcommand_from export' -l format -s f -r -f -a 'csv",
    );
    expect(fish).toMatch(/-n 'not __fish_seen_subcommand_from login [^']*' -f -a doctor -d /);
  });
});
