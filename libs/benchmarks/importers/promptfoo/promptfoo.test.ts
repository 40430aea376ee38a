import { describe, expect, it } from 'vitest';
import { AppError } from '#libs/common';
import { compileScoring } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { compilePrompt } from '../../prompt/prompt.js';
import type { Sample } from '../../sample.js';
import { importPromptfoo, type ImportedPrompt, type PromptfooConfig } from './promptfoo.js';

const of = (config: string, more: Partial<PromptfooConfig> = {}) =>
  importPromptfoo({ config, value: 'pass', ...more });

const refusal = async (config: string, more: Partial<PromptfooConfig> = {}): Promise<AppError> => {
  try {
    await of(config, more);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};

const samplesOf = ({ samples }: ImportedPrompt): Sample[] =>
  samples.map((row) => {
    if ('sample' in row) return row.sample;
    throw new Error(JSON.stringify(row.errors));
  });

const asked = (prompt: ImportedPrompt): { role: string; content: string }[][] =>
  samplesOf(prompt).map((sample) => compilePrompt(prompt.definition.prompt).render(sample, 0));

const omitted = async (config: string, more: Partial<PromptfooConfig> = {}) =>
  (await of(config, more)).omissions.map(({ key }) => key);

const withAssert = (assert: string, vars = '{}'): string =>
  `prompts: [Hi]\nproviders: [openai:gpt-5-mini]\ntests:\n  - vars: ${vars}\n    assert: [${assert}]\n`;

const scoreOf = async (config: string, output: string, more: Partial<PromptfooConfig> = {}, trial = {}) => {
  const [prompt] = (await of(config, more)).prompts;
  const [sample] = samplesOf(prompt!);
  const input = scoringInput({ output, targets: sample!.targets, metadata: sample!.metadata });
  const given = { ...input, trial: { ...input.trial, ...trial } };
  return (await compileScoring(prompt!.definition.scoring)(given, new AbortController().signal)).score;
};

/** After the example of promptfoo's documents, "Getting started". */
const CONFIG = `
description: Translations
prompts:
  - 'Convert this English to {{language}}: {{input}}'
  - label: chat
    raw: |
      [{"role": "system", "content": "Translate to {{ language }}."}, {"role": "user", "content": "{{input}}"}]
providers:
  - openai:gpt-5-mini
  - id: anthropic:messages:claude-sonnet-4-5
    label: Claude
    config: { temperature: 0.2, apiKey: sk-1 }
defaultTest:
  assert:
    - { type: latency, threshold: 3000 }
  vars: { language: French }
tests:
  - vars: { input: 'Hello "world"' }
    assert:
      - { type: icontains, value: bonjour }
  - description: Spanish
    vars: { language: [Spanish, Italian], input: 'Where is the {{ place }}?', place: library }
    metadata: { topic: travel }
    threshold: 0.5
    assert:
      - { type: contains-any, value: ['{{ place }}', biblio] }
      - { type: not-contains, value: AI language model, weight: 2, metric: tone }
`;

describe('a configuration', () => {
  it('becomes a benchmark for each prompt, whose messages reach the agent', async () => {
    const { prompts, description } = await of(CONFIG);
    expect(description).toBe('Translations');
    expect(prompts.map(({ label }) => label)).toEqual([
      'Convert this English to {{language}}: {{input}}',
      'chat',
    ]);
    expect(asked(prompts[0]!)).toEqual(
      ['French: Hello "world"', 'Spanish: Where is the library?', 'Italian: Where is the library?'].map(
        (text) => [{ role: 'user', content: `Convert this English to ${text}` }],
      ),
    );
    expect(asked(prompts[1]!)[1]).toEqual([
      { role: 'system', content: 'Translate to Spanish.' },
      { role: 'user', content: 'Where is the library?' },
    ]);
  });

  it('gives each sample its own assertions, with those of defaultTest', async () => {
    const { prompts, omissions } = await of(CONFIG);
    const [hello, spanish, italian] = samplesOf(prompts[0]!);
    expect([hello?.id, spanish?.id, italian?.id]).toEqual(['test-0001', 'test-0002-1', 'test-0002-2']);
    expect(hello?.metadata.assertions).toEqual([
      { scorer: { type: 'latency', max: 3000 } },
      { scorer: { type: 'contains_any', values: ['bonjour'], ignore_case: true } },
    ]);
    expect(spanish?.metadata).toMatchObject({
      topic: 'travel',
      description: 'Spanish',
      vars: { language: 'Spanish', place: 'library' },
      assertion_threshold: 0.5,
      assertions: [
        {},
        { scorer: { values: ['library', 'biblio'] } },
        { weight: 2, name: 'tone', scorer: { type: 'not' } },
      ],
    });
    expect(omissions.map(({ key }) => key)).toEqual([
      'providers.1.config.temperature',
      'providers.1.config.apiKey',
      'tests.1.assert.1.metric',
    ]);
    expect(JSON.stringify(omissions)).not.toContain('sk-1');
  });

  it('tells which agents it would need', async () => {
    const config = `
prompts: [Hi]
providers:
  - { id: openai:chat:gpt-4o, config: { max_tokens: 50, reasoning_effort: low } }
  - { id: ollama:chat:llama3.2, config: { max_tokens: 50 } }
  - id: https://bot.example.com/ask
    label: Support bot
    config: { method: POST, max_tokens: 50, body: { q: '{{prompt}}' }, headers: { authorization: x }, transformResponse: json.answer.text }
  - { id: file://provider.py, config: { max_tokens: 50 } }
tests: [{ assert: [{ type: is-json }] }]`;
    const { agents, omissions, prompts } = await of(config);
    expect(agents.map(({ agent }) => agent)).toEqual([
      {
        name: 'gpt-4o',
        adapter: 'openai',
        model: 'gpt-4o',
        settings: { reasoning_effort: 'low', api: 'chat' },
      },
      {
        name: 'llama3.2',
        adapter: 'openai',
        model: 'llama3.2',
        settings: expect.objectContaining({ base_url: 'http://127.0.0.1:11434/v1' }),
      },
      {
        name: 'support-bot',
        adapter: 'http',
        settings: {
          url: 'https://bot.example.com/ask',
          method: 'POST',
          body: { q: '{{prompt}}' },
          response: { text: 'answer.text' },
        },
      },
    ]);
    expect(prompts[0]?.definition.generation).toEqual({ max_tokens: 50 });
    expect(omissions.map(({ key }) => key)).toEqual(['providers.2.config.headers', 'providers.3']);
  });

  it('takes what files hold: prompts, tests as CSV, JSONL and YAML, values and schemas', async () => {
    const config = `
prompts: file://prompts.txt
tests:
  - file://tests.csv
  - file://more/tests.jsonl
  - file://tests.yaml
`;
    const files = {
      'prompts.txt': 'Say {{ what }}.\n---\nShout {{ what }}!',
      'tests.csv':
        'what,note,__expected1,__expected2,__description,__metadata:topic,__threshold\n"a, b",,contains-all: a,not-equals:x,first,letters,0.5\nc,x,plain text,levenshtein(2): c,,,\n',
      'tests.jsonl':
        '{"vars": {"what": "d"}, "assert": [{"type": "is-json", "value": "file://schema.json"}]}\n',
      'tests.yaml':
        '- vars: { what: file://e.txt }\n  assert: [{ $ref: "#/x", type: equals, value: { a: 1 } }]\n',
      'schema.json': '{"type": "object"}',
      'e.txt': 'eee',
    };
    const { prompts } = await of(config, { files });
    expect(prompts.map(({ label }) => label)).toEqual(['prompts.txt-1', 'prompts.txt-2']);
    expect(asked(prompts[1]!).map(([message]) => message?.content)).toEqual([
      'Shout a, b!',
      'Shout c!',
      'Shout d!',
      'Shout eee!',
    ]);
    const [first, second, third, fourth] = samplesOf(prompts[0]!).map(({ metadata }) => metadata);
    expect(first).toMatchObject({
      description: 'first',
      topic: 'letters',
      assertion_threshold: 0.5,
      vars: { note: '' },
    });
    expect(first?.assertions).toEqual([
      { scorer: { type: 'contains_all', values: ['a'], ignore_case: false } },
      { scorer: { type: 'not', scorer: { type: 'exact' } }, targets: ['x'] },
    ]);
    expect(second?.assertions).toEqual([
      { scorer: { type: 'exact' }, targets: ['plain text'] },
      { scorer: { type: 'levenshtein', max_edits: 2 }, targets: ['c'] },
    ]);
    expect(third?.assertions).toEqual([{ scorer: { type: 'json_schema', schema: { type: 'object' } } }]);
    expect(fourth?.assertions).toEqual([{ scorer: { type: 'json_equal' }, targets: ['{"a":1}'] }]);
    expect((await refusal(config, { files: { ...files, 'tests.csv': 'a,b\n1\n' } })).message).toContain(
      'tests.csv, line 2',
    );
    expect((await refusal(config)).code).toBe('include_missing');
  });

  it('multiplies scenarios, and keeps tests to the prompts that they name', async () => {
    const { prompts } = await of(`
prompts: [{ label: a, raw: 'A {{ x }}' }, { label: b, raw: 'B {{ x }} {{ y }}' }]
tests: [{ vars: { x: only }, prompts: [a], assert: [{ type: is-json }] }]
scenarios:
  - config: [{ vars: { x: 1 } }, { vars: { x: 2 }, assert: [{ type: is-json }] }]
    tests: [{ vars: { y: u }, assert: [{ type: is-refusal }] }, { vars: { y: v }, assert: [{ type: equals, value: 5 }] }]
`);
    expect(asked(prompts[0]!).map(([message]) => message?.content)).toEqual([
      'A only',
      'A 1',
      'A 1',
      'A 2',
      'A 2',
    ]);
    expect(asked(prompts[1]!).map(([message]) => message?.content)).toEqual([
      'B 1 u',
      'B 1 v',
      'B 2 u',
      'B 2 v',
    ]);
    expect(samplesOf(prompts[1]!)[3]?.metadata.assertions).toEqual([
      { scorer: { type: 'json_valid' } },
      { scorer: { type: 'exact' }, targets: ['5'] },
    ]);
  });

  it('puts prefix and suffix around a prompt, and follows templates of assertions', async () => {
    const { prompts } = await of(`
prompts: ['{{ x }}']
assertionTemplates: { brief: { type: word-count, value: { max: 3 } } }
tests: [{ vars: { x: b }, options: { prefix: 'a ', suffix: ' {{ x }}' }, assert: [{ $ref: '#/assertionTemplates/brief' }] }]`);
    expect(asked(prompts[0]!)).toEqual([[{ role: 'user', content: 'a b b' }]]);
  });

  it('has problems with their lines where a prompt reads what a test lacks', async () => {
    const { prompts } = await of(
      `prompts: ['{{ x }} {{ y }}']\ntests:\n  - { vars: { x: 1 }, assert: [{ type: is-json }] }\n`,
    );
    expect(prompts[0]?.samples).toEqual([
      {
        errors: [
          { message: expect.stringContaining('it reads y, which the test lacks'), path: 'tests.0', line: 3 },
        ],
      },
    ]);
  });

  it.each<[string, string, string, string]>([
    ['no YAML', 'a: [', 'invalid_yaml', 'cannot be read'],
    ['no map', '- a', 'invalid_config', 'no map'],
    ['no prompts', 'tests: []', 'invalid_config', 'no prompt'],
    ['no tests', 'prompts: [a]', 'nothing_to_score', 'No test'],
    ['nothing to judge by', withAssert('{type: is-sql}'), 'nothing_to_score', 'No test'],
    [
      'too many combinations',
      `prompts: [a]\ntests: [{vars: {${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}: ["${'0123456789'.split('').join('","')}"]`).join(', ')}}, assert: [{type: is-json}]}]`,
      'too_many_tests',
      'more than 100000',
    ],
    [
      'a bomb of aliases',
      `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`).join('\n')}`,
      'invalid_yaml',
      'alias',
    ],
    ['what holds itself', 'prompts: [a]\ntests: &t [{vars: {all: *t}}]', 'invalid_yaml', 'alias'],
    [
      'a schema that holds itself',
      withAssert("{type: is-json, value: '&s {items: *s}'}"),
      'nothing_to_score',
      'No test',
    ],
  ])('is refused with %s', async (_what, config, code, message) => {
    const error = await refusal(config);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});

describe('code', () => {
  const config = `
prompts: [Hi]
tests:
  - assert:
      - type: javascript
        value: output.length < 10
      - type: is-json
  - options: { transform: output.trim() }
    assert: [{ type: is-json }]
  - assert: [{ type: equals, value: file://expected.py }]
`;

  it('is refused with its lines', async () => {
    const error = await refusal(config);
    expect(error.code).toBe('code_hooks');
    expect(error.details.errors?.map(({ line, path }) => [line, path])).toEqual([
      [5, 'tests.0.assert.0'],
      [8, 'tests.1.options.transform'],
      [10, 'tests.2.assert.0'],
    ]);
    expect(error.message).toContain('"without_code": true');
  });

  it('is left out by name where that is wanted', async () => {
    const { prompts, omissions } = await of(config, { withoutCode: true });
    expect(samplesOf(prompts[0]!).map(({ id }) => id)).toEqual(['test-0001']);
    expect(omissions.map(({ key }) => key)).toEqual([
      'tests.0.assert.0',
      'tests.1.options.transform',
      'tests.2.assert.0',
      'tests.2',
    ]);
  });

  it.each([
    'prompts: [file://prompt.py]\ntests: [{assert: [{type: is-json}]}]',
    'prompts: [a]\ntests: file://make.js',
    'prompts: [a]\ntests: [{path: "file://make.py:tests"}]',
    'prompts: [a]\nextensions: [file://hook.js]\ntests: [{assert: [{type: is-json}]}]',
    'prompts: [a]\ndefaultTest: {options: {transform: output}}\ntests: [{assert: [{type: is-json}]}]',
  ])('is refused in any case where all would be other without it: %j', async (text) => {
    const error = await refusal(text, { withoutCode: true });
    expect(error.code).toBe('code_hooks');
    expect(error.message).toContain('would be others');
  });
});

describe('assertions', () => {
  // By hand from src/assertions of promptfoo.
  it.each<[string, string, number]>([
    ['{type: equals, value: Paris}', 'Paris', 1],
    ['{type: equals, value: Paris}', 'paris', 0],
    ['{type: equals, value: {a: [1]}}', '{"a": [1]}', 1],
    ['{type: contains, value: par}', 'Paris', 0],
    ['{type: icontains, value: par}', 'Paris', 1],
    ['{type: contains, value: 0}', '10', 1],
    ['{type: contains, value: main.py}', 'in main.py', 1],
    ['{type: contains-all, value: [a, b]}', 'a', 0],
    ['{type: icontains-all, value: "A, b"}', 'ab', 1],
    ['{type: not-contains-any, value: [a, b]}', 'cd', 1],
    ['{type: starts-with, value: Dear}', 'Dear Ada', 1],
    ['{type: regex, value: "\\\\d{4}"}', 'in 2024', 1],
    ['{type: not-regex, value: "\\\\d{4}"}', 'in 2024', 0],
    ['{type: is-json}', '{"a": 1}', 1],
    ['{type: is-json, value: {required: [b]}}', '{"a": 1}', 0],
    ['{type: is-json, value: "required: [a]"}', '{"a": 1}', 1],
    ['{type: is-refusal}', "I'm sorry, but I can't help with that.", 1],
    ['{type: levenshtein, value: kitten, threshold: 3}', 'sitting', 1],
    ['{type: levenshtein, value: kitten, threshold: 2}', 'sitting', 0],
    ['{type: rouge-n, value: a b c d}', 'a b c d e', 1],
    ['{type: rouge-n, value: a b c d, threshold: 0.9}', 'a b c d e', 0],
    ['{type: not-rouge-n, value: a b c d, threshold: 0.9}', 'a b c d e', 1],
    ['{type: bleu, value: the cat sat on the mat}', 'the cat sat on the mat', 1],
    ['{type: latency, threshold: 100}', 'x', 1],
    ['{type: latency, threshold: 99}', 'x', 0],
    ['{type: cost, threshold: 0.001}', 'x', 1],
    ['{type: word-count, value: 3}', 'one two three', 1],
    ['{type: word-count, value: 3}', 'one two', 0],
    ['{type: word-count, value: {min: 2}}', ' one two three ', 1],
    ['{type: word-count, value: {max: 2}}', 'one two three', 0],
    ['{type: word-count, value: {min: 1, max: 3}}', 'one', 1],
    ['{type: assert-set, assert: [{type: is-json}, {type: contains, value: a}]}', 'a', 0],
    ['{type: assert-set, threshold: 0.5, assert: [{type: is-json}, {type: contains, value: a}]}', 'a', 1],
    ['{type: is-json}, {type: contains, value: a}', 'a', 0],
    ['{type: contains, value: a}, {type: is-json, weight: 0}', 'a', 1],
  ])('%s of %j is %d', async (assert, output, expected) => {
    expect(await scoreOf(withAssert(assert), output)).toBe(expected);
  });

  it('judge what the agent called', async () => {
    const toolCalls = ['search', 'book'].map((name) => ({ name, arguments: '{}' }));
    const given = (assert: string) => scoreOf(withAssert(assert), '', {}, { toolCalls });
    expect(await given('{type: tool-call-f1, value: [book, search]}')).toBe(1);
    expect(await given('{type: tool-call-f1, value: search}')).toBe(0);
    expect(await given('{type: tool-call-f1, value: search, threshold: 0.6}')).toBe(1);
    expect(await given('{type: "trajectory:tool-used", value: book}')).toBe(1);
    expect(
      await given('{type: "trajectory:tool-sequence", value: {mode: exact, steps: [book, search]}}'),
    ).toBe(0);
  });

  it('give their weighted mean where that is wanted', async () => {
    const config = withAssert('{type: contains, value: a, weight: 3}, {type: is-json}');
    expect(await scoreOf(config, 'a', { value: 'mean' })).toBe(0.75);
  });

  it('ask judges, where there are some', async () => {
    const config = withAssert(
      '{type: llm-rubric, value: "Is {{ x }}"}, {type: g-eval, value: [kind, brief]}, {type: factuality, value: Paris}, {type: is-json}',
      '{ x: kind }',
    );
    const { prompts } = await of(config, { judges: ['strict@1'] });
    expect(prompts[0]?.definition.scoring.scorers).toMatchObject([
      { type: 'assertions', judges: [{ agent: 'strict@1' }] },
    ]);
    expect(samplesOf(prompts[0]!)[0]?.metadata.assertions).toMatchObject([
      { scorer: { type: 'llm_judge', criteria: 'Is kind', show_target: false } },
      { scorer: { criteria: 'kind\nbrief', verdict: { type: 'scale' } }, threshold: 0.7 },
      { scorer: { show_target: true }, targets: ['Paris'] },
      {},
    ]);
    expect(await omitted(config)).toEqual(['tests.0.assert.0', 'tests.0.assert.1', 'tests.0.assert.2']);
  });

  it('ask for embeddings, where an agent gives them, and negate what models say', async () => {
    const config = withAssert(
      '{type: similar, value: [x, y], threshold: 0.8}, {type: not-similar, value: z}, {type: not-llm-rubric, value: rude}, {type: is-json}',
    );
    const { prompts, omissions } = await of(config, { judges: ['strict@1'], embeddings: 'vectors@2' });
    expect(omissions).toEqual([]);
    expect(prompts[0]?.definition.scoring.scorers).toMatchObject([
      { type: 'assertions', judges: [{ agent: 'strict@1' }], embeddings: 'vectors@2' },
    ]);
    expect(samplesOf(prompts[0]!)[0]?.metadata.assertions).toMatchObject([
      { scorer: { type: 'semantic_similarity' }, targets: ['x', 'y'], threshold: 0.8 },
      {
        scorer: {
          type: 'not',
          scorer: { type: 'all_of', threshold: 0.75, scorers: [{ type: 'semantic_similarity' }] },
        },
        targets: ['z'],
      },
      { scorer: { type: 'not', scorer: { type: 'llm_judge', criteria: 'rude' } } },
      {},
    ]);
    expect(await omitted(config)).toEqual(['tests.0.assert.0', 'tests.0.assert.1', 'tests.0.assert.2']);
  });

  it('are left out by name where they have no twin', async () => {
    const config = withAssert(
      [
        '{type: similar, value: x}',
        '{type: contains-json}',
        '{type: constructor}',
        '{type: regex, value: "(?=a)"}',
        '{type: latency}',
        '{type: equals, value: ""}',
        '{type: contains, value: "{{ missing }}"}',
        '{type: is-json, config: 1}',
        'nothing',
      ].join(', '),
    );
    const { omissions } = await of(config);
    expect(omissions.map(({ key }) => key)).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6].map((place) => `tests.0.assert.${place}`),
      'tests.0.assert.7.config',
      'tests.0.assert.8',
    ]);
    expect(omissions[3]?.reason).toContain('does not compile');
    expect(omissions[6]?.reason).toContain('it reads missing, which the test lacks');
  });

  it('of the same reason are named once, with how many more there are', async () => {
    const { omissions } = await of(
      withAssert('{type: is-json}, {type: is-sql}, {type: is-sql}, {type: is-sql}'),
    );
    expect(omissions).toEqual([
      { key: 'tests.0.assert.1', reason: 'Left out. "is-sql" has no twin here. So in 2 more places.' },
    ]);
  });
});
