import { describe, expect, it } from 'vitest';
import { AppError } from '#libs/common';
import { compileScoring } from '#libs/scoring';
import { compilePrompt } from '../../prompt/prompt.js';
import { parseSample } from '../../sample.js';
import { importLmEval, type LmEvalTask } from './lm-eval.js';

const CAPITALS = `
doc_to_text: "Capital of {{country}}?"
doc_to_target: capital
`;

const refusal = (task: LmEvalTask): AppError => {
  try {
    importLmEval(task);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('It was not refused.');
};

const sampleOf = (task: string, row: Record<string, unknown>) => {
  const mapped = importLmEval({ task }).rows.map(row);
  if ('problem' in mapped) throw new Error(mapped.problem);
  const parsed = parseSample({ id: '1', ...mapped.json });
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.sample;
};

const omitted = (task: LmEvalTask): string[] => importLmEval(task).omissions.map(({ key }) => key);

describe('a task that generates', () => {
  it('takes question and answer from templates or columns, and keeps what nothing reads as metadata', () => {
    expect(sampleOf(CAPITALS, { country: 'France', capital: 'Paris', area: 1 })).toMatchObject({
      input: 'Capital of France?',
      targets: ['Paris'],
      metadata: { area: 1 },
    });
  });

  it('takes a list of answers, any of which is right', () => {
    const task = 'doc_to_text: q\ndoc_to_target: "{{answers}}"';
    expect(sampleOf(task, { q: 'Who?', answers: ['it\'s "me"', 'I'] }).targets).toEqual(['it\'s "me"', 'I']);
  });

  it.each([
    [{ capital: 'Paris' }, 'doc_to_text reads country, which the row lacks'],
    [{ country: 'France' }, 'doc_to_target is the column capital, which the row lacks'],
    [{ country: 'France', capital: null }, 'doc_to_target gives null, which is no text'],
    [{ country: 'France', capital: { a: 1 } }, 'doc_to_target gives {"a":1}, which is no text'],
  ])('says what is wrong with %j', (row, problem) => {
    expect(importLmEval({ task: CAPITALS }).rows.map(row)).toEqual({ problem });
  });

  it('generates without sampling and stops between examples, unless it says otherwise', () => {
    expect(importLmEval({ task: CAPITALS }).definition.generation).toEqual({
      temperature: 0,
      stop: ['\n\n'],
    });
    const task = `${CAPITALS}generation_kwargs: {until: [a, b, c, d, e], do_sample: true, temperature: 0.5, max_gen_toks: 9, beams: 2}`;
    expect(importLmEval({ task }).definition.generation).toEqual({
      temperature: 0.5,
      max_tokens: 9,
      stop: ['a', 'b', 'c', 'd'],
    });
    expect(omitted({ task })).toEqual(['generation_kwargs.until', 'generation_kwargs.beams']);
  });

  it('shows description, solved examples with the delimiters, and the question, as the harness does', () => {
    const task = `${CAPITALS}description: "Name capitals.\\n\\n"\nnum_fewshot: 1\ntarget_delimiter: " => "`;
    const { definition } = importLmEval({ task, fewShotRows: [{ country: 'Italy', capital: 'Rome' }] });
    const sample = sampleOf(CAPITALS, { country: 'France', capital: 'Paris' });
    expect(compilePrompt(definition.prompt).render(sample, 1)).toEqual([
      { role: 'user', content: 'Name capitals.\n\nCapital of Italy? => Rome\n\nCapital of France?' },
    ]);
    expect(omitted({ task })).toEqual(['num_fewshot']);
  });

  it('takes examples that stand in the task', () => {
    const task = `${CAPITALS}num_fewshot: 1\nfewshot_config: {sampler: first_n, samples: [{country: Italy, capital: Rome}]}`;
    const { definition, omissions } = importLmEval({ task });
    expect(definition.prompt.few_shot?.examples).toEqual([{ input: 'Capital of Italy?', target: 'Rome' }]);
    expect(omissions.map(({ key }) => key)).toEqual(['fewshot_config.sampler']);
  });
});

describe('filters and metrics', () => {
  const scoreOf = async (more: string, output: string, target: string): Promise<Record<string, number>> => {
    const { scoring } = importLmEval({ task: CAPITALS + more }).definition;
    const trial = {
      messages: [],
      toolCalls: [],
      finishReason: null,
      latencyMs: 0,
      ttftMs: null,
      inputTokens: null,
      outputTokens: null,
      costUsd: null,
    };
    const input = { output, targets: [target], trial };
    const { scores } = await compileScoring(scoring)(input, new AbortController().signal);
    return Object.fromEntries(Object.entries(scores).map(([name, { value }]) => [name, value]));
  };

  // By hand from RegexFilter.apply: findall, the match at group_select, of it the first group that is not empty.
  it.each([
    ['0', 'x1 then y2', 'x1', 1],
    ['0', 'x1 then y2', 'y2', 0],
    ['-1', 'x1 then y2', 'y2', 1],
    ['-1', 'none', 'none', 0],
  ])('takes the match %s of %j as %j: %d', async (select, output, target, expected) => {
    const more = `filter_list: [{name: one-match, filter: [{function: regex, group_select: ${select}, regex_pattern: '(x\\d)|(y\\d)'}, {function: take_first}]}]`;
    expect(await scoreOf(more, output, target)).toEqual({ one_match: expected });
  });

  // exact_match_hf_evaluate: patterns first, while case counts, then case, ASCII punctuation and digits.
  it.each([
    ['ignore_case: true', 'PARIS', 'Paris', 1],
    ['ignore_punctuation: true', '1.5!', '15', 1],
    ['ignore_punctuation: true', '«15»', '15', 0],
    ['ignore_numbers: true', 'R2D2', 'RD', 1],
    ["ignore_case: true, regexes_to_ignore: ['the ']", 'the Hague', 'Hague', 1],
    ["ignore_case: true, regexes_to_ignore: ['the ']", 'The Hague', 'Hague', 0],
  ])('exact_match with %s: %j against %j is %d', async (options, output, target, expected) => {
    expect(await scoreOf(`metric_list: [{metric: exact_match, ${options}}]`, output, target)).toEqual({
      exact_match: expected,
    });
  });

  it('leaves out, by name, what would score otherwise', () => {
    const task = `${CAPITALS}
filter_list:
  - {name: vote, filter: [{function: regex}, {function: majority_vote}]}
  - {name: ahead, filter: [{function: regex, regex_pattern: '(?=a)'}]}
  - {name: second, filter: [{function: regex, group_select: 1}]}
  - {name: kept, filter: [{function: regex, fallback: none}, {function: remove_whitespace}, {function: lowercase}]}
metric_list: [{metric: exact_match, aggregation: median, kwargs: 1}, {metric: bleu}]
repeats: 3
tag: world
unheard_of: 1
`;
    expect(importLmEval({ task }).definition.scoring.scorers.map(({ name }) => name)).toEqual(['kept']);
    expect(omitted({ task })).toEqual([
      'tag',
      'unheard_of',
      'metric_list.0.aggregation',
      'metric_list.0.kwargs',
      'metric_list.1',
      'filter_list.0',
      'filter_list.1',
      'filter_list.2',
      'filter_list.3.filter.0.fallback',
      'repeats',
    ]);
  });

  it('refuses a task of which nothing could be scored', () => {
    expect(refusal({ task: `${CAPITALS}metric_list: [{metric: bleu}]` })).toMatchObject({
      code: 'nothing_to_score',
    });
  });
});

describe('a multiple-choice task', () => {
  const task = `
output_type: multiple_choice
doc_to_text: "{{q}}"
doc_to_choice: "{{opts}}"
doc_to_target: label
metric_list: [{metric: acc}, {metric: acc_norm}]
`;

  it('lists the choices and asks for a letter', () => {
    const { definition, omissions } = importLmEval({ task });
    const sample = sampleOf(task, { q: 'Largest?', opts: ['1', '3', '2'], label: 1 });
    expect(sample).toMatchObject({ targets: ['B'], choices: ['1', '3', '2'] });
    expect(
      compilePrompt(definition.prompt)
        .render(sample, 1)
        .map(({ content }) => content),
    ).toEqual(['Answer with the letter of the right choice only.', 'Largest?\n\nA. 1\nB. 3\nC. 2']);
    expect(definition.scoring.scorers).toMatchObject([{ type: 'multiple_choice', name: 'acc' }]);
    expect(omissions.map(({ key }) => key)).toEqual(['metric_list.1', 'output_type']);
  });

  it('does not list choices that are the letters', () => {
    const letters = task.replace('"{{opts}}"', '[A, B, C]');
    expect(sampleOf(letters, { q: 'Largest?\nA. 1\nB. 2\nC. 0', label: 'B' })).toMatchObject({
      input: 'Largest?\nA. 1\nB. 2\nC. 0',
      targets: ['B'],
    });
  });

  it('refuses a target that is no choice', () => {
    const { rows } = importLmEval({ task });
    expect(rows.map({ q: 'Largest?', opts: ['1', '2'], label: 2 })).toEqual({
      problem: 'doc_to_target gives "2", which is none of the 2 choices',
    });
  });
});

describe('the YAML', () => {
  it('includes other files, under its own keys', () => {
    const includes = { 'base.yaml': `${CAPITALS}description: base\nrepeats: 2` };
    const { definition, omissions } = importLmEval({
      task: 'include: ../base.yaml\ndescription: own',
      includes,
    });
    expect(definition.prompt.messages).toEqual([{ role: 'user', content: '{{ "own" }}{{ input }}' }]);
    expect(omissions.map(({ key }) => key)).toEqual(['repeats']);
  });

  it.each<[string, LmEvalTask, string, string]>([
    ['what is not there', { task: 'include: a.yaml' }, 'include_missing', 'includes "a.yaml"'],
    ['itself', { task: 'include: a', includes: { a: 'include: a' } }, 'invalid_task', 'or itself'],
    ['no YAML', { task: 'a: [1' }, 'invalid_task', 'In the task'],
    ['endless nesting', { task: '['.repeat(100_000) }, 'invalid_task', 'In the task'],
    ['no map', { task: '- 1' }, 'invalid_task', 'no map'],
    ['a group', { task: 'task: [a, b]' }, 'invalid_task', 'group of tasks'],
    ['images', { task: `${CAPITALS}doc_to_image: image` }, 'invalid_task', 'doc_to_image'],
    ['likelihoods', { task: `${CAPITALS}output_type: loglikelihood` }, 'invalid_task', 'no likelihoods'],
    ['bad templates', { task: 'doc_to_text: "{{"\ndoc_to_target: a' }, 'invalid_task', 'doc_to_text'],
    ['a NUL', { task: `${CAPITALS}description: "\\0"` }, 'invalid_task', 'NUL'],
  ])('refuses %s', (_what, task, code, message) => {
    const error = refusal(task);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('refuses code with its lines, also of what it includes', () => {
    const error = refusal({
      task: 'task: x\nprocess_docs: !function utils.process\nother: !!python/name:os.system',
    });
    expect(error.code).toBe('code_hooks');
    expect(error.details.errors?.map(({ line }) => line)).toEqual([2, 3]);
    expect(error.message).toContain('line 2, 3');
    const included = refusal({ task: 'include: b', includes: { b: '\n\ndoc_to_text: !function u.f' } });
    expect(included.details.errors).toMatchObject([{ line: 3, message: 'b: !function u.f is code' }]);
  });

  it('does not unfold a bomb of aliases', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`,
    );
    expect(refusal({ task: ['a0: &a0 [x]', ...levels].join('\n') }).message).toContain('alias');
  });

  it('does not walk what holds itself', () => {
    expect(refusal({ task: 'task: t\nmetadata: &m [*m]' }).message).toContain('alias');
  });
});
