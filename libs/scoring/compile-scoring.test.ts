import { describe, expect, it } from 'vitest';
import { compileScoring } from './compile-scoring.js';
import type { ScoringInput } from './score.js';
import { scoringSpecSchema } from './scoring-spec.js';
import { scoringInput } from './testing/index.js';

const compile = (spec: unknown) => {
  const judge = compileScoring(scoringSpecSchema.parse(spec));
  const { signal } = new AbortController();
  return (input: Partial<ScoringInput>) => judge(scoringInput(input), signal);
};

const problems = (spec: unknown): string[] =>
  scoringSpecSchema
    .safeParse(spec)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('compileScoring', () => {
  const output = 'First guess: 41\nAnswer: 42 apples, in 3 steps';

  it('applies two extractions to one output', async () => {
    const judge = compile({
      extractions: {
        strict: [{ type: 'regex', pattern: '^#### (.*)$', flags: 'm' }],
        flexible: [{ type: 'regex', pattern: 'Answer: (\\S+)' }],
      },
      scorers: [
        { type: 'numeric', name: 'strict', extraction: 'strict' },
        { type: 'numeric', name: 'flexible', extraction: 'flexible' },
        { type: 'numeric' },
      ],
    });
    expect(await judge({ output, targets: ['42'] })).toEqual({
      score: 1 / 3,
      scores: {
        strict: {
          value: 0,
          answer: null,
          explanation: 'The extraction "strict" found no answer in the output.',
        },
        flexible: { value: 1, answer: '42', explanation: '42 is "42".' },
        numeric: { value: 0, answer: '3', explanation: '3 is not "42".' },
      },
    });
  });

  it('weighs the scorers', async () => {
    const judge = compile({
      scorers: [
        { type: 'includes', weight: 3 },
        { type: 'exact', weight: 1 },
      ],
    });
    expect(await judge({ output: 'It is Paris', targets: ['Paris'] })).toMatchObject({ score: 0.75 });
    expect(await judge({ output: 'Paris', targets: ['Paris'] })).toMatchObject({ score: 1 });
    expect(await judge({ output: '', targets: ['Paris'] })).toMatchObject({ score: 0 });
  });

  it('gives the full score exactly, whatever the weights', async () => {
    const scorers = [0.1, 0.2, 0.7, 1e-9].map((weight, index) => ({
      type: 'exact',
      name: `s${index}`,
      weight,
    }));
    expect(await compile({ scorers })({ output: 'x', targets: ['x'] })).toMatchObject({ score: 1 });
  });
});

describe('scoringSpecSchema', () => {
  it('fills in the defaults', () => {
    expect(scoringSpecSchema.parse({ scorers: [{ type: 'numeric' }] })).toEqual({
      extractions: {},
      scorers: [{ type: 'numeric', weight: 1, tolerance: 0, relative_tolerance: 0, take: 'last' }],
    });
  });

  const trim = [{ type: 'trim' }];
  it.each<[string, unknown, string]>([
    ['no scorers', { scorers: [] }, 'scorers: Too small'],
    ['an unknown scorer', { scorers: [{ type: 'vibes' }] }, 'scorers.0.type: Invalid'],
    [
      'a misspelt option',
      { scorers: [{ type: 'exact', ignoreCase: true }] },
      'Unrecognized key: "ignoreCase"',
    ],
    ['a misspelt member', { scorer: [], scorers: [{ type: 'exact' }] }, 'Unrecognized key: "scorer"'],
    [
      'an unknown extraction',
      { extractions: { strict: trim, loose: trim }, scorers: [{ type: 'exact', extraction: 'strikt' }] },
      'scorers.0.extraction: Extraction "strikt" is not defined. Defined: strict, loose.',
    ],
    [
      'an extraction where none is defined',
      { scorers: [{ type: 'exact', extraction: 'constructor' }] },
      'scorers.0.extraction: Extraction "constructor" is not defined. Defined: none.',
    ],
    [
      'the same scorer twice',
      { scorers: [{ type: 'exact' }, { type: 'exact' }] },
      'scorers.1.name: Two scorers are named "exact". Give one of them another name.',
    ],
    ['a weight of nothing', { scorers: [{ type: 'exact', weight: 0 }] }, 'scorers.0.weight: Too small'],
    [
      'a broken pattern',
      { scorers: [{ type: 'regex', pattern: '[z-a]' }] },
      'scorers.0.pattern: The pattern /[z-a]/',
    ],
    [
      'a name that is no key',
      { scorers: [{ type: 'exact', name: '__proto__' }] },
      'scorers.0.name: Names are',
    ],
    [
      'a negative tolerance',
      { scorers: [{ type: 'numeric', tolerance: -1 }] },
      'scorers.0.tolerance: Too small',
    ],
  ])('refuses %s', (_what, spec, message) => {
    expect(problems(spec).join('\n')).toContain(message);
  });
});
