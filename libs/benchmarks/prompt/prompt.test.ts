import { describe, expect, it } from 'vitest';
import { AppError } from '#libs/common';
import type { Sample } from '../sample.js';
import { compilePrompt, DEFAULT_PROMPT, promptSchema, type Prompt } from './prompt.js';

const sample: Sample = {
  id: 'q17',
  input: 'Capital of France?',
  targets: ['secret-answer'],
  choices: ['Lyon', 'Paris'],
  category: 'geo',
  metadata: { passage: 'About France.', deep: { list: ['x', 'y'] } },
};
const bare: Sample = { id: 'q18', input: 'Say hi', targets: ['hi'], metadata: {} };

const user = (content: string): Prompt => ({ messages: [{ role: 'user', content }] });
const render = (content: string, of: Sample = sample) =>
  compilePrompt(user(content)).render(of, 1)[0]?.content;

function refusal(prompt: Prompt): AppError {
  try {
    compilePrompt(prompt);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('the prompt was accepted');
}

describe('rendering', () => {
  it('shows input and lettered choices by default', () => {
    const prompt = compilePrompt(promptSchema.parse(DEFAULT_PROMPT));
    expect(prompt.render(sample, 1)).toEqual([
      { role: 'user', content: 'Capital of France?\n\nA. Lyon\nB. Paris' },
    ]);
    expect(prompt.render(bare, 1)).toEqual([{ role: 'user', content: 'Say hi' }]);
    expect([...prompt.problems(sample), ...prompt.problems(bare)]).toEqual([]);
  });

  it('puts the messages that a sample brings where the prompt says, and renders none of them', () => {
    const prompt = compilePrompt(
      promptSchema.parse({
        messages: [{ role: 'system', content: 'Be {{ category }}.' }, { sample_messages: 'chat' }],
      }),
    );
    const chat = [
      { role: 'user', content: 'Hi {{ id }}' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'And?' },
    ];
    const brings = (own: unknown): Sample => ({ ...sample, metadata: { chat: own } });
    expect(prompt.problems(brings(chat))).toEqual([]);
    expect(prompt.render(brings(chat), 1)).toEqual([{ role: 'system', content: 'Be geo.' }, ...chat]);
    for (const [own, where] of [
      [undefined, 'metadata.chat, '],
      [[], 'metadata.chat, '],
      [[{ role: 'tool', content: 'x' }], 'metadata.chat.0.role, '],
      [[{ role: 'user', content: '' }], 'metadata.chat.0.content, '],
    ] as const) {
      expect(prompt.problems(brings(own))).toEqual([expect.stringContaining(where)]);
      expect(() => prompt.render(brings(own), 1)).toThrow('template message 2 fails on sample q17');
    }
  });

  it('offers id, category, metadata and letters', () => {
    expect(render('{{ id }} {{ category }} {{ metadata.deep.list[1] }} {{ letters | join(",") }}')).toBe(
      'q17 geo y A,B',
    );
  });

  it('keeps messages and roles in order, and scopes variables to a message', () => {
    const prompt = compilePrompt({
      messages: [
        { role: 'system', content: '{% set a = "one" %}{{ a }}' },
        { role: 'user', content: '{% set a = "two" %}{{ a }}' },
      ],
    });
    expect(prompt.render(sample, 1)).toEqual([
      { role: 'system', content: 'one' },
      { role: 'user', content: 'two' },
    ]);
  });

  it('does not run what a sample holds', () => {
    expect(render('{{ input }}', { ...bare, input: '{{ 7 * 7 }}{% for %}' })).toBe('{{ 7 * 7 }}{% for %}');
  });

  it('never shows the target', () => {
    for (const name of ['target', 'targets']) {
      expect(refusal(user(`{{ ${name} }}`)).message).toContain(`it reads ${name}`);
    }
    const everything = 'id input choices letters category metadata few_shot'.split(' ');
    const shown = everything.map((name) => `{{ ${name} | tojson }}`).join('');
    expect(render(shown)).not.toContain('secret-answer');
  });
});

describe('few-shot examples', () => {
  const examples = Array.from({ length: 20 }, (_, i) => ({
    input: `in ${i}`,
    target: [`out ${i}`, 'other'],
  }));
  const template = '{% for e in few_shot %}{{ e.input }}={{ e.target }};{% endfor %}{{ input }}';
  const few = (count: number): Prompt => ({ ...user(template), few_shot: { count, examples } });

  it('are chosen by seed and sample alone', () => {
    const shown = (seed: number, of: Sample) => compilePrompt(few(3)).render(of, seed)[0]?.content;
    expect(shown(1, sample)).toBe(shown(1, sample));
    expect(shown(1, sample)).not.toBe(shown(2, sample));
    expect(shown(1, { ...sample, id: 'q19' })).not.toBe(shown(1, sample));
    expect(shown(1, sample)).toMatch(/^(in (\d+)=out \2;){3}Capital/);
  });

  it('never include the sample itself', () => {
    const content = compilePrompt(few(20)).render({ ...bare, input: 'in 7' }, 1)[0]?.content ?? '';
    expect(content).not.toContain('out 7');
    expect(content.match(/out/g)).toHaveLength(19);
  });

  it('have known fields', () => {
    const prompt = user('{% for e in few_shot %}{{ e.question }}{% endfor %}');
    expect(refusal(prompt).message).toContain('it reads e.question');
  });

  it('cannot be more than there are', () => {
    expect(promptSchema.safeParse({ ...few(21) }).error?.issues[0]).toMatchObject({
      path: ['few_shot', 'count'],
    });
  });
});

describe('few-shot examples of a split', () => {
  const template = '{% for e in few_shot %}{{ e.input }}={{ e.target }};{% endfor %}{{ input }}';
  const drawn = Array.from({ length: 20 }, (_, i) => ({
    input: `in ${i}`,
    targets: [`out ${i}`, 'other'],
    metadata: {},
  }));
  const shown = (fewShot: object, of: Sample, trialSeed: number): string | undefined => {
    const few_shot = { count: 3, split: 'train', ...fewShot };
    return compilePrompt({ ...user(template), few_shot }, drawn).render(of, trialSeed)[0]?.content;
  };

  it('are the first that were drawn, for every sample and trial', () => {
    for (const id of ['q1', 'q2']) {
      expect(shown({}, { ...bare, id }, id.length)).toBe('in 0=out 0;in 1=out 1;in 2=out 2;Say hi');
    }
  });

  it('never include the sample itself; the next takes its place', () => {
    expect(shown({}, { ...bare, input: 'in 1' }, 1)).toBe('in 0=out 0;in 2=out 2;in 3=out 3;in 1');
  });

  it('are, where each sample gets its own, chosen by their seed and the sample alone', () => {
    const own = (id: string, seed = 0, trialSeed = 1) =>
      shown({ per_sample: true, seed }, { ...bare, id }, trialSeed);
    expect(own('q1')).toBe(own('q1', 0, 2));
    expect(own('q1')).not.toBe(own('q2'));
    expect(own('q1')).not.toBe(own('q1', 1));
    expect(own('q1')).toMatch(/^(in (\d+)=out \2;){3}Say hi/);
  });

  it.each([
    [{ count: 1 }, /needs "examples" or a "split"/],
    [{ count: 1, split: 'train', examples: [{ input: 'a', target: 'b' }] }, /and not both/],
    [{ count: 1, seed: 1, examples: [{ input: 'a', target: 'b' }] }, /"seed" and "per_sample"/],
  ])('are not taken from %j', (few_shot, message) => {
    expect(promptSchema.safeParse({ ...user(template), few_shot }).error?.issues[0]?.message).toMatch(
      message,
    );
  });
});

describe('template errors', () => {
  it.each([
    ['{{ input', 'Unexpected end of input'],
    ['{% if input %}x', 'it ends before a tag or bracket is closed'],
    ['{{ input | }}', 'Unexpected token'],
    ['{% unknown %}', 'Unknown statement type: unknown'],
    [`{{ ${'('.repeat(40_000)} }}`, 'it is nested too deeply'],
    ['{{ question }}', 'it reads question, but there are only id, input, choices'],
    ['{% if choises %}x{% endif %}', 'it reads choises'],
    ['{{ range(3) }}', 'it reads range'],
    ['{{ strftime_now("%Y") }}', 'it reads strftime_now'],
  ])('%j: %s', (content, reason) => {
    expect(refusal(user(content)).message).toMatch(/^template message 1: /);
    expect(refusal(user(content)).message).toContain(reason);
  });

  it('lists every bad message with its index', () => {
    const bad = { role: 'user', content: '{{ nope }}' } as const;
    const { code, details } = refusal({ messages: [bad, { role: 'user', content: 'fine' }, bad] });
    expect(code).toBe('invalid_template');
    expect(details.errors).toMatchObject([
      { path: 'messages.0.content', message: expect.stringContaining('template message 1') as string },
      { path: 'messages.2.content', message: expect.stringContaining('template message 3') as string },
    ]);
  });
});

describe('problems of a sample', () => {
  const problems = (content: string, of: Sample = bare) => compilePrompt(user(content)).problems(of);

  it('names the field and the sample', () => {
    const prompt = compilePrompt({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: '{{ metadata.passage }} {{ category }}' },
      ],
    });
    expect(prompt.problems(bare)).toEqual([
      'template message 2 reads metadata.passage, which sample q18 lacks',
      'template message 2 reads category, which sample q18 lacks',
    ]);
    expect(prompt.problems(sample)).toEqual([]);
  });

  it.each([
    '{% for c in choices %}{{ c }}{% endfor %}',
    '{{ metadata["passage"] }}',
    '{{ metadata.passage | upper }}',
    '{{ metadata.passage.upper() }}',
    '{% if metadata.passage is not defined %}{{ metadata.passage }}{% endif %}',
    '{% if choices or category %}{{ category }}{% endif %}',
    '{% macro m(x) %}{{ x }}{{ category }}{% endmacro %}{{ m(input) }}',
    '{% set x = metadata.passage %}{{ x }}',
    '{{ metadata.deep.list.5 }}',
    '{{ input.nothing }}',
  ])('finds the absent member in %s', (content) => {
    expect(problems(content)[0]).toMatch(/^template message 1 reads .*, which sample q18 lacks$/);
  });

  it.each([
    '{{ metadata.passage | default("none") }}',
    '{% if metadata.passage is defined %}{{ metadata.passage }}{% endif %}',
    '{% if metadata.passage %}{{ metadata.passage }}{% else %}-{% endif %}',
    '{% if not choices %}-{% else %}{{ choices[0] }}{% endif %}',
    '{% if choices and metadata.a.b is defined %}{{ metadata.a }}{{ choices | length }}{% endif %}',
    '{% if choices %}{{ choices[3] }}{% endif %}{% if metadata.hint %}{{ metadata.hint.text }}{% endif %}',
    '{{ category or "general" }}{{ true }}{{ None }}',
    '{{ metadata.passage if metadata.passage else "-" }}',
    '{% for key in metadata %}{{ metadata[key] }}{{ loop.index }}{% endfor %}',
    '{% set x = 1 %}{% macro m(y, z=2) %}{{ y + z }}{% endmacro %}{{ m(x) }}',
    '{% set ns = namespace(n=0) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}',
    '{{ input.length }}{{ letters | length }}{{ metadata.items() | length }}',
    '{% macro box() %}[{{ caller() }}]{% endmacro %}{% call box() %}{{ input }}{% endcall %}',
    '{% for k, v in metadata | items %}{{ k }}{{ v }}{% endfor %}',
    '{% filter upper %}{{ input }}{% endfilter %}{# category #}',
  ])('accepts what provides for absence: %s', (content) => {
    expect(problems(content)).toEqual([]);
  });

  it('expects under a condition what the condition does not tell', () => {
    expect(problems('{% if choices %}{{ choices[1] }}{{ choices[2] }}{% endif %}', sample)).toEqual([
      'template message 1 reads choices.2, which sample q17 lacks',
    ]);
  });

  it('tells what fails only while rendering, once for each shape of sample', () => {
    const prompt = compilePrompt(user('{{ metadata.n + 1 }}'));
    expect(prompt.problems({ ...bare, metadata: { n: 1 } })).toEqual([]);
    expect(prompt.problems({ ...bare, metadata: { n: {} } })[0]).toContain('Unknown operator "+"');
    expect(problems('{{ input | nosuchfilter }}')).toEqual([
      'template message 1 fails on sample q18: Unknown StringValue filter: nosuchfilter',
    ]);
  });
});
