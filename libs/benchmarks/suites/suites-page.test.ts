import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SampleJson } from '../sample.js';
import { SUITES } from './suites.js';

const page = readFileSync(new URL('../../../docs/suites.md', import.meta.url), 'utf8');

const SHOWN = 1500;
const EITHER_END = 400;

/** A long text without its middle; how much that is, is said there. */
function cut(text: string): string {
  if (text.length <= SHOWN) return text;
  const hidden = text.length - 2 * EITHER_END;
  return `${text.slice(0, EITHER_END).trimEnd()}\n[… ${hidden} characters …]\n${text.slice(-EITHER_END)}`;
}

/** How the page shows a sample: what it asks, and what it expects. */
function example({ id, input: whole, choices = [], target, metadata }: SampleJson): string {
  const input = cut(whole);
  const options = choices.map((choice, i) => `\n${'ABCD'[i]}) ${choice}`);
  return `**${String(metadata?.kind)}** (\`${id}\`), answer \`${String(target)}\`\n\n\`\`\`text\n${input}${options.join('')}\n\`\`\`\n`;
}

describe('docs/suites.md', () => {
  it.each([...SUITES.values()])('shows a real question of every kind of $name', (suite) => {
    const [, section = ''] = page.split(`\n## ${suite.name}\n`);
    const [own = ''] = section.split('\n## ');
    const firsts = new Map<unknown, SampleJson>();
    for (const sample of suite.generate(1, 'mixed').toReversed()) firsts.set(sample.metadata?.kind, sample);
    for (const sample of firsts.values()) expect(own).toContain(example(sample));
  });

  it('has a section for every suite and no other', () => {
    const titles = [...page.matchAll(/^## (\S+-v\d+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([...SUITES.keys()]);
  });
});
