import { describe, expect, it } from 'vitest';
import { contentHash } from '#libs/common';
import {
  compileScoring,
  compileTargetProblems,
  scoringSpecSchema,
  type ScoringInput,
  type TrialFacts,
} from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { conversationSchema, scriptOf } from '../conversation/conversation-spec.js';
import { compilePrompt, promptSchema } from '../prompt/prompt.js';
import { parseSample, type SampleJson } from '../sample.js';
import { DIFFICULTIES } from './suite.js';
import { SUITES } from './suites.js';

const countBy = <T>(items: T[], key: (item: T) => unknown): Map<unknown, number> =>
  items.reduce(
    (counts, item) => counts.set(key(item), (counts.get(key(item)) ?? 0) + 1),
    new Map<unknown, number>(),
  );

/** A trial that made the calls that its sample expects. */
function trialOf({ metadata }: SampleJson): TrialFacts {
  const expected = (metadata?.tool_calls ?? []) as { name: string; arguments: object }[];
  const toolCalls = expected.map((call) => ({ name: call.name, arguments: JSON.stringify(call.arguments) }));
  return { ...scoringInput({}).trial, toolCalls };
}

describe.each([...SUITES.values()])('$name', (suite) => {
  const samples = suite.generate(1, 'mixed');
  const scoring = scoringSpecSchema.parse(suite.scoring);

  it('has valid samples with unique ids and inputs', () => {
    const parsed = samples.map(parseSample);
    expect(parsed.filter((result) => 'errors' in result)).toEqual([]);
    expect(new Set(samples.map(({ id }) => id)).size).toBe(samples.length);
    expect(new Set(samples.map(({ input }) => input)).size).toBe(samples.length);
  });

  it('has samples that its prompt, its scorers and its conversation take', () => {
    const prompt = compilePrompt(promptSchema.parse(suite.prompt));
    const conversation = suite.conversation && conversationSchema.parse(suite.conversation);
    for (const json of samples) {
      const parsed = parseSample(json);
      if ('errors' in parsed) throw new Error(json.id);
      expect(prompt.problems(parsed.sample)).toEqual([]);
      expect(compileTargetProblems(scoring)(parsed.sample)).toEqual([]);
      if (conversation) expect(scriptOf(conversation, parsed.sample.metadata)).toHaveProperty('script');
    }
  });

  it.skipIf(suite.name === 'instruction-following-v1')('reads the answer as it says', async () => {
    const score = compileScoring(scoring);
    const { signal } = new AbortController();
    const scoreOf = async (input: Partial<ScoringInput>) => (await score(scoringInput(input), signal)).score;
    for (const json of samples) {
      const parsed = parseSample(json);
      if ('errors' in parsed) throw new Error(json.id);
      const { targets, choices, metadata } = parsed.sample;
      const target = targets[0] ?? '';
      const wrong = target === 'A' ? 'B' : target === '7' ? '8' : choices ? 'A' : '7';
      expect(await scoreOf({ output: `ANSWER: ${wrong}`, targets, choices, metadata })).toBe(0);
      const asked = `First 3, then 4 (A or B?).\nANSWER: ${target}`;
      expect(await scoreOf({ output: asked, targets, choices, metadata, trial: trialOf(json) })).toBe(1);
      // These two also take an answer from a sentence.
      if (suite.name === 'arithmetic-v1' || suite.name === 'reasoning-v1') {
        expect(await scoreOf({ output: `The answer is (${target}).`, targets, choices })).toBe(1);
      }
    }
  });

  it('has all three levels in every category', () => {
    for (const category of countBy(samples, (sample) => sample.category).keys()) {
      const own = samples.filter((sample) => sample.category === category);
      expect(countBy(own, (sample) => sample.metadata?.level).size).toBe(3);
    }
  });

  it.each([
    ['easy', 1],
    ['medium', 2],
    ['hard', 3],
  ] as const)('asks %s questions of level %d only', (difficulty, level) => {
    const edition = suite.generate(1, difficulty);
    expect(edition.length).toBe(samples.length);
    expect([...countBy(edition, (sample) => sample.metadata?.level).keys()]).toEqual([level]);
  });

  it('ends for sixty seeds', () => {
    for (let seed = 0; seed < 60; seed++) {
      const difficulty = DIFFICULTIES[seed % DIFFICULTIES.length] ?? 'mixed';
      expect(suite.generate(seed, difficulty).length).toBe(samples.length);
    }
  });

  it('gives another edition for another seed', () => {
    const known = new Set(samples.map(({ input }) => input));
    for (const seed of [2, 3, 4]) {
      const same = suite.generate(seed, 'mixed').filter(({ input }) => known.has(input));
      expect(same.length).toBeLessThanOrEqual(samples.length / 50);
    }
  });
});

it('the same seed gives the same bytes for ever', () => {
  const hashes = [...SUITES.values()].map(({ name, generate }) => [name, contentHash(generate(1, 'mixed'))]);
  expect(hashes).toEqual([
    ['arithmetic-v1', '4ce182f411d66ed9c9c7f0347057546e0dd23a988f8de6faa68256ac25429601'],
    ['reasoning-v1', '86d341fe08493aac620840770c7e1a448486f32d87ce9a9591a8c6f418b45696'],
    ['dates-v1', '14d7fa8184a72c7dbe813ec4fd252309b106296a2ef787d18c9bea4e85141ed8'],
    ['units-v1', '9aaea894130c1427dd0c2e741869e0280f01a05d7c5d21588cd3dd8d153da74f'],
    ['tables-v1', '64ba98121cc317bdd9cc22f1b913e0fd4d9601170008fd5cff0934b204340833'],
    ['strings-v1', 'faed8dea198de7c1ba4bd553c5330e27729f37c253f92752005a529e58bd7067'],
    ['logic-grids-v1', '1d5322ef2192942a2c41015be4d0380b3f4c6280149ab0e60d7c79e7792e15a9'],
    ['code-output-v1', 'ba5047d88e4aad41cb741bf987b95ec9bcaa7e9d455723c7297206b3add05613'],
    ['instruction-following-v1', '5704bf83663f7266850fccd95ce51e41a96daa147a77f71689ceaedfad12df84'],
    ['needle-v1', '72e66bc100867975159f47450973e764e97c6643cf410a6a12262f81c4d421cb'],
    ['tool-use-v1', '112a6b126e74c810714294a4e993bcc0e647d94f33cf741fcf99738b9dd6ea7c'],
  ]);
});

const kindsOf = (samples: SampleJson[], category: string): number =>
  countBy(
    samples.filter((sample) => sample.category === category),
    (sample) => sample.metadata?.kind,
  ).size;

describe('reasoning-v1', () => {
  const samples = SUITES.get('reasoning-v1')?.generate(1, 'mixed') ?? [];

  it('has 150 samples, 50 in each category, of at least eight kinds each', () => {
    expect([...countBy(samples, (sample) => sample.category)]).toEqual([
      ['mathematics', 50],
      ['formal_logic', 50],
      ['symbolic_reasoning', 50],
    ]);
    for (const category of ['mathematics', 'formal_logic', 'symbolic_reasoning']) {
      expect(kindsOf(samples, category)).toBeGreaterThanOrEqual(8);
    }
  });

  it('has four different choices each, and each letter is right equally often', () => {
    expect(samples.filter(({ choices }) => new Set(choices).size !== 4)).toEqual([]);
    const counts = countBy(samples, ({ target }) => target);
    expect([...counts.keys()].sort()).toEqual(['A', 'B', 'C', 'D']);
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
  });
});

it('arithmetic-v1 has 850 samples in five categories, of at least five kinds each', () => {
  const samples = SUITES.get('arithmetic-v1')?.generate(1, 'mixed') ?? [];
  expect([...countBy(samples, (sample) => sample.category)]).toEqual([
    ['addition_subtraction', 150],
    ['multiplication_division', 150],
    ['multi_step', 150],
    ['fractions_percentages', 150],
    ['word_problems', 250],
  ]);
  for (const category of countBy(samples, (sample) => sample.category).keys()) {
    expect(kindsOf(samples, String(category))).toBeGreaterThanOrEqual(5);
  }
});
