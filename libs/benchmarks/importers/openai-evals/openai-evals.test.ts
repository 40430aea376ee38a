import { describe, expect, it } from 'vitest';
import { AppError } from '#libs/common';
import { compileScoring } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { compilePrompt } from '../../prompt/prompt.js';
import { parseSample, type Sample } from '../../sample.js';
import { importOpenAiEvals, type OpenAiEval } from './openai-evals.js';

/** As evals/registry/evals/test-basic.yaml has them. */
const REGISTRY = `
test-match:
  id: test-match.s1.simple-v0
  description: Example eval that checks sampled text matches the expected output.
  disclaimer: This is an example disclaimer.
  metrics: [accuracy]
test-match.s1.simple-v0:
  class: evals.elsuite.basic.match:Match
  args:
    samples_jsonl: test_match/samples.jsonl
test-fuzzy-match:
  id: test-fuzzy-match.s1.simple-v0
  metrics: [f1_score]
test-fuzzy-match.s1.simple-v0:
  class: evals.elsuite.basic.fuzzy_match:FuzzyMatch
  args:
    samples_jsonl: test_fuzzy_match/samples.jsonl
test-includes-ignore-case:
  id: test-includes-ignore-case.s1.simple-v0
test-includes-ignore-case.s1.simple-v0:
  class: evals.elsuite.basic.includes:Includes
  args:
    ignore_case: true
    temperature: 0.3
`;

const of = (source: Partial<OpenAiEval>) => importOpenAiEvals({ class: 'Match', ...source });

const refusal = (source: Partial<OpenAiEval>): AppError => {
  try {
    of(source);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It was not refused.');
};

const sampleOf = (source: Partial<OpenAiEval>, row: Record<string, unknown>): Sample => {
  const mapped = of(source).rows.map(row);
  if ('problem' in mapped) throw new Error(mapped.problem);
  const parsed = parseSample({ id: '1', ...mapped.json });
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.sample;
};

const asked = (source: Partial<OpenAiEval>, row: Record<string, unknown>) =>
  compilePrompt(of(source).definition.prompt).render(sampleOf(source, row), 0);

describe('an eval of the registry', () => {
  it('is found by its name, through its alias, with what is not carried over', () => {
    const { definition, description, omissions } = of({ registry: REGISTRY, eval: 'test-match' });
    expect(definition.scoring.scorers).toMatchObject([{ type: 'starts_with', name: 'match' }]);
    expect(definition.generation).toEqual({ temperature: 0 });
    expect(description).toContain('Example eval');
    expect(omissions().map(({ key }) => key)).toEqual([
      'test-match.disclaimer',
      'test-match.args.samples_jsonl',
    ]);
  });

  it('keeps arguments that have a twin, and names the others', () => {
    const { definition, omissions } = of({ registry: REGISTRY, eval: 'test-includes-ignore-case' });
    expect(definition.scoring.scorers).toMatchObject([{ type: 'includes', ignore_case: true }]);
    expect(omissions().map(({ key }) => key)).toEqual(['test-includes-ignore-case.args.temperature']);
  });

  it('has metrics, of which those that are not computed are named', () => {
    const { definition, omissions } = of({ registry: REGISTRY, eval: 'test-fuzzy-match.s1.simple-v0' });
    expect(definition.generation).toEqual({ temperature: 0, max_tokens: 16 });
    expect(omissions().map(({ key }) => key)).toEqual(['test-fuzzy-match.s1.simple-v0.args.samples_jsonl']);
    const aliased = of({ registry: REGISTRY, eval: 'test-fuzzy-match' }).omissions();
    expect(aliased[0]?.reason).toContain('f1_score');
  });

  it.each<[string, Partial<OpenAiEval>, string, string]>([
    ['several and no name', { registry: REGISTRY }, 'eval_not_found', 'There are 3 evals'],
    ['another name', { registry: REGISTRY, eval: 'x' }, 'eval_not_found', 'test-match'],
    ['a name of every object', { registry: REGISTRY, eval: 'constructor' }, 'eval_not_found', 'no eval'],
    ['no YAML', { registry: 'a: [' }, 'invalid_yaml', 'cannot be read'],
    ['no map', { registry: '- a' }, 'invalid_registry', 'no map of evals'],
    [
      'another model-graded spec',
      {
        registry:
          'a: {class: "evals.elsuite.modelgraded.classify:ModelBasedClassify", args: {modelgraded_spec: fact}}',
        judges: ['a@1'],
      },
      'modelgraded_not_supported',
      '"fact"',
    ],
    [
      'no judges',
      { registry: 'a: {class: "evals.elsuite.modelgraded.classify:ModelBasedClassify"}' },
      'judges_missing',
      'name@version',
    ],
    [
      'settings beyond ours',
      { registry: 'a: {class: "evals.elsuite.basic.json_match:JsonMatch", args: {max_tokens: 0}}' },
      'invalid_eval',
      'max_tokens',
    ],
  ])('is refused with %s', (_what, source, code, message) => {
    const error = refusal(source);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('is refused with its line where it is a class of its own', () => {
    const error = refusal({ registry: 'mine:\n  class: evals.elsuite.mine:Mine\n' });
    expect(error.code).toBe('code_hooks');
    expect(error.details.errors).toEqual([{ message: 'evals.elsuite.mine:Mine is code', line: 2 }]);
  });
});

describe('lines of samples', () => {
  const chat = [
    { role: 'system', content: 'Be brief.' },
    { role: 'system', name: 'example_user', content: '1+1' },
    { role: 'system', name: 'example_assistant', content: '2' },
    { role: 'user', content: 'What is {{ 2 }}+2?' },
  ];

  it('reach the agent as the messages that they are', () => {
    expect(asked({}, { input: chat, ideal: '4' })).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: '1+1' },
      { role: 'assistant', content: '2' },
      { role: 'user', content: 'What is {{ 2 }}+2?' },
    ]);
    expect(asked({}, { input: 'Hello', ideal: ['Hi'] })).toEqual([{ role: 'user', content: 'Hello' }]);
  });

  it('keep what else they say as metadata, and names are told of', () => {
    const imported = of({});
    imported.rows.map({ input: chat, ideal: '4', level: 1 });
    expect(imported.omissions().map(({ key, reason }) => [key, reason])).toEqual([
      ['input.name', expect.stringContaining('example_user')],
      ['input.name', expect.stringContaining('example_assistant')],
    ]);
    expect(sampleOf({}, { input: chat, ideal: ['4', 'four'], level: 1 })).toMatchObject({
      input: 'What is {{ 2 }}+2?',
      targets: ['4', 'four'],
      metadata: { level: 1 },
    });
  });

  it('show the examples before the last message', () => {
    const source = {
      registry: 'a: {class: "evals.elsuite.basic.match:Match", args: {num_few_shot: 1, few_shot_jsonl: f}}',
      fewShotRows: [
        {
          sample: [
            { role: 'system', content: '2+2', name: 'example_user' },
            { role: 'system', content: '4', name: 'example_assistant' },
          ],
        },
        { sample: [{ role: 'user', content: 'unused' }] },
      ],
    };
    const input = [
      { role: 'system', content: 'Add.' },
      { role: 'user', content: '3+3' },
    ];
    expect(asked(source, { input, ideal: '6' }).map(({ content }) => content)).toEqual([
      'Add.',
      '2+2',
      '4',
      '3+3',
    ]);
    expect(refusal({ ...source, fewShotRows: [] }).code).toBe('examples_missing');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ input: 'x' }, 'the line has no ideal'],
    [{ ideal: 'x' }, 'input is neither text nor a list of messages'],
    [{ input: [], ideal: 'x' }, 'input is neither'],
    [{ input: [{ role: 'user', content: [{ type: 'image_url' }] }], ideal: 'x' }, 'input is neither'],
  ])('are refused: %j', (row, problem) => {
    expect(of({}).rows.map(row)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('what is right', () => {
  // By hand from evals/elsuite/basic/{match,includes,fuzzy_match,json_match}.py and elsuite/utils.py.
  it.each<[OpenAiEval['class'], string, string | string[], number]>([
    ['Match', 'Paris, France', 'Paris', 1],
    ['Match', 'It is Paris', 'Paris', 0],
    ['Match', 'paris', 'Paris', 0],
    ['Match', 'Rome', ['Paris', 'Rome'], 1],
    ['Includes', 'It is Paris.', 'Paris', 1],
    ['Includes', 'It is paris.', 'Paris', 0],
    ['FuzzyMatch', 'the paris', 'Paris!', 1],
    ['FuzzyMatch', 'Par', 'Paris', 1],
    ['FuzzyMatch', 'Rome', 'Paris', 0],
    ['JsonMatch', '{"b": [1, 2], "a": "x"}', '{"a": "x", "b": [1, 2]}', 1],
    ['JsonMatch', '{"b": [2, 1], "a": "x"}', '{"a": "x", "b": [1, 2]}', 0],
    ['JsonMatch', '{"a": "x", "c": 1}', '{"a": "x"}', 0],
    ['JsonMatch', 'a: x', '{"a": "x"}', 0],
  ])('%s of %j against %j is %d', async (name, output, ideal, expected) => {
    const { definition } = of({ class: name });
    const { targets, metadata } = sampleOf({ class: name }, { input: 'Q', ideal });
    const { score } = await compileScoring(definition.scoring)(
      scoringInput({ output, targets, metadata }),
      new AbortController().signal,
    );
    expect(score).toBe(expected);
  });

  it('is for judges to say in closedqa, by the criteria of the line or of the spec', () => {
    const source = {
      registry:
        'a: {class: "evals.elsuite.modelgraded.classify:ModelBasedClassify", args: {modelgraded_spec: closedqa, modelgraded_spec_args: {criteria: kind}}}',
      modelgraded: 'args: {criteria: {kind: "kindness: Is it kind?"}}',
      judges: ['strict@1'],
    };
    expect(of(source).definition.scoring.scorers).toMatchObject([
      { type: 'assertions', judges: [{ agent: 'strict@1' }] },
    ]);
    const { metadata } = sampleOf(source, { input: 'Greet me.', criteria: 'Is it brief?' });
    expect((metadata.assertions as any[]).map(({ scorer }) => scorer.criteria)).toEqual([
      'kindness: Is it kind?',
      'Is it brief?',
    ]);
    const bare = { ...source, registry: source.registry.replace(/, modelgraded_spec_args: .*}}}/, '}}') };
    expect(of(bare).rows.map({ input: 'x' })).toEqual({ problem: expect.stringContaining('no criteria') });
  });
});
