import { describe, expect, it } from 'vitest';
import { compileScoring, scoringSpecSchema } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import type { SampleJson } from '../../sample.js';
import { DIFFICULTIES, type Difficulty } from '../suite.js';
import { instructionFollowingV1 } from './instruction-following-v1.js';

const score = compileScoring(scoringSpecSchema.parse(instructionFollowingV1.scoring));
const { signal } = new AbortController();
const judge = async ({ metadata }: SampleJson, output: string) =>
  (await score(scoringInput({ output, metadata }), signal)).scores.constraints!;

const rulesOf = ({ input }: SampleJson): string[] =>
  input
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^\d\. /, ''));

/** Reads the rules as a person does. What no rule is about is done the way that would break a rule about it. */
function write(rules: readonly string[]): string {
  const all = rules.join('\n');
  const has = (words: string): boolean => all.includes(words);
  const number = (form: RegExp): number => Number(form.exec(all)?.[1] ?? 0);
  const phrase = (form: RegExp): string => form.exec(all)?.[1] ?? '';
  const present = phrase(/^Use each of these: (.+)\.$/m).match(/\w+/g) ?? [];
  const words = [
    ...present,
    ...Array<string>(number(/^Use the word "\w+" \D+ (\d)/m)).fill(phrase(/^Use the word "(\w+)"/m)),
    phrase(/^Use the letter "(\w)"/m).repeat(number(/^Use the letter .* (\d) times/m)),
    ...Array<string>(number(/^Write at least (\d) words in capital/m)).fill('LOUD'),
    ...Array<string>(number(/^Highlight at least (\d)/m)).fill('*seen*'),
    ...Array<string>(number(/^Have at least (\d) placeholders/m)).fill('[name]'),
    ...(has('Use none of these')
      ? []
      : 'very people always important beautiful because never world'.split(' ')),
    has('Use no commas') ? 'Mixed' : 'Mixed, so',
  ].filter((word) => word !== '');

  const bullets = Array<string>(number(/^Have exactly (\d) bullet/m)).fill('* point');
  const marker = phrase(/sections headed "(\w+) 1"/);
  const sections = Array.from({ length: number(/into (\d) sections/) }, (_, i) => `${marker} ${i + 1}`);
  const head = [
    phrase(/^Begin with "(.+)" and/m) || 'Mixed',
    has('<<title>>') ? '<<tea>>' : '',
    ...sections,
    ...bullets,
  ];
  const breaks = 'so\n\n'.repeat(Math.max(0, number(/exactly (\d) paragraphs/) - 1));
  const last = [phrase(/^End with "(.+)" and/m), has('a postscript') ? 'P.S. bye' : ''].filter(
    (end) => end !== '',
  );
  const inner = Math.max(0, number(/(\d) sentences/) - 1 - last.length);
  const sentences = `${'so it is. '.repeat(inner)}`;

  const compose = (filler: string): string => {
    const body = `${words.join(' ')}${filler}`;
    if (has('JSON object')) return JSON.stringify({ a: body });
    if (has('six asterisks')) return `${body}\n******\nother`;
    const plain = [
      ...head.filter((line) => line !== ''),
      `${breaks}${body}. ${sentences}${last.join(' ')}`,
    ].join('\n');
    return has('double quotes') ? `"${plain.trim()}"` : plain;
  };
  const missing =
    number(/(?:at least|between) (\d+)(?: and \d+)? words\./) - (compose('').match(/\w+/g)?.length ?? 0);
  const text = compose(' so'.repeat(Math.max(0, missing)));
  if (has('no capital letters')) return text.toLowerCase();
  return has('everything in capital letters') ? text.toUpperCase() : text;
}

const edition = (difficulty: Difficulty): SampleJson[] =>
  [1, 2, 3].flatMap((seed) => instructionFollowingV1.generate(seed, difficulty));

describe('instruction-following-v1', () => {
  it.each(DIFFICULTIES)('never asks for what cannot be done together (%s)', async (difficulty) => {
    for (const sample of edition(difficulty)) {
      const answer = write(rulesOf(sample));
      const { value, explanation } = await judge(sample, answer);
      expect(value, `${explanation}\n${sample.input}\n---\n${answer}`).toBe(1);
    }
  });

  it.each(DIFFICULTIES)('notices each rule that was not kept (%s)', async (difficulty) => {
    for (const sample of edition(difficulty)) {
      const rules = rulesOf(sample);
      for (const [at, rule] of rules.entries()) {
        const answer = write(rules.toSpliced(at, 1));
        const { value } = await judge(sample, answer);
        expect(value, `without: ${rule}\n${sample.input}\n---\n${answer}`).toBe(0);
      }
    }
  });

  it('has more rules at once where it is harder, no kind twice', () => {
    const counts = (difficulty: Difficulty) =>
      edition(difficulty).map((sample) => {
        const types = (sample.metadata?.constraints as { type: string }[]).map(({ type }) => type);
        expect(new Set(types).size).toBe(types.length);
        expect(types).toContain(sample.metadata?.kind);
        expect(rulesOf(sample).length).toBe(types.length);
        return types.length;
      });
    expect([...new Set(counts('easy'))]).toEqual([2]);
    expect([...new Set(counts('medium'))]).toEqual([4]);
    expect([...new Set(counts('hard'))]).toEqual([6]);
  });
});
