import { describe, expect, it } from 'vitest';
import { AppError } from '#libs/common';
import type { Sample } from '../sample.js';
import { compilePrompt } from './prompt.js';

const sample: Sample = {
  id: 's',
  input: 'x,'.repeat(10_000),
  targets: ['y'],
  metadata: JSON.parse('{"__proto__":{"polluted":1},"n":1}') as Record<string, unknown>,
};

const compile = (content: string) => compilePrompt({ messages: [{ role: 'user', content }] });

/** Why the template is refused or fails, within how many milliseconds. */
function fate(content: string): { reason: string; ms: number } {
  const started = performance.now();
  try {
    compile(content).render(sample, 1);
    return { reason: 'rendered', ms: performance.now() - started };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { reason: error.message, ms: performance.now() - started };
  }
}

const GROW = '{% set ns = namespace(v="xxxxxxxxxx") %}';
const times = (levels: number, body: string) =>
  Array.from({ length: levels }, (_, i) => `{% for v${i} in [1,2,3,4,5,6,7,8,9,10] %}`).join('') +
  body +
  '{% endfor %}'.repeat(levels);

describe('hostile templates', () => {
  it.each([
    ['a huge range', '{% for i in range(1000000000) %}x{% endfor %}', 'it reads range'],
    ['nested loops', times(9, 'x'), 'more work than a prompt may'],
    ['silent nested loops', times(9, ''), 'more work than a prompt may'],
    ['doubling text', `${GROW}${times(2, '{% set ns.v = ns.v ~ ns.v %}')}`, 'more than 1 MiB'],
    [
      'doubling lists',
      `{% set ns = namespace(v=[1]) %}${times(2, '{% set ns.v = ns.v + ns.v %}')}`,
      'more than 1 MiB',
    ],
    [
      'lists of themselves',
      `{% set ns = namespace(v=[1]) %}${times(2, '{% set ns.v = [ns.v, ns.v] %}')}`,
      'more than 1 MiB',
    ],
    ['deep lists', `{% set ns = namespace(v=[1]) %}${times(3, '{% set ns.v = [ns.v] %}')}`, '64 levels'],
    ['much output', times(3, '{{ input }}'), 'more than 1 MiB'],
    [
      'endless recursion',
      '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
      'template message 1 fails on sample s: ',
    ],
    [
      'branching recursion',
      '{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}',
      'more work',
    ],
    ['wide indents', '{{ input | indent(100000000) }}', 'indent takes literals only'],
    ['computed indents', '{{ input | indent(10 ** 8) }}', 'indent takes literals only'],
    ['wide JSON', '{{ metadata | tojson(indent=100000000) }}', 'tojson takes literals only'],
    ['multiplying replace', '{{ input.replace("x", input) }}', 'replace takes literals only'],
    ['the replace filter', '{{ input | replace("x", input) }}', 'replace takes literals only'],
    ['long separators', '{{ input.split(",") | join(input) }}', 'join takes literals only'],
    [
      'replace by a variable',
      '{% set f = input.replace %}{{ f("x", input) }}',
      'without calling it by its name',
    ],
    [
      'replace by a computed name',
      '{{ input["rep" ~ "lace"]("x", input) }}',
      'without calling it by its name',
    ],
  ])('%s', (_what, content, reason) => {
    const result = fate(content);
    expect(result.reason).toContain(reason);
    expect(result.ms).toBeLessThan(10_000);
  });

  it('share one budget and one size among messages', () => {
    const message = { role: 'user' as const, content: times(2, '{{ input[:5000] }}') };
    expect(() => compilePrompt({ messages: [message] }).render(sample, 1)).not.toThrow();
    expect(() => compilePrompt({ messages: [message, message, message] }).render(sample, 1)).toThrow(
      '1 MiB together',
    );
  });

  it.each([
    '{{ input.constructor }}',
    '{{ input.__proto__ }}',
    '{{ metadata.constructor.constructor("return process")() }}',
    '{{ metadata["const" ~ "ructor"] }}',
    '{{ letters.__proto__ }}',
    '{{ input.upper.constructor }}',
    '{{ (7).constructor }}',
  ])('reach nothing: %s', (content) => {
    const { reason } = fate(content);
    if (reason === 'rendered') expect(compile(content).render(sample, 1)[0]?.content).toBe('');
    else expect(reason).toMatch(/without calling|not a function/);
    expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted');
  });

  it('see a member named __proto__ as the data it is', () => {
    expect(compile('{{ metadata.__proto__.polluted }}').render(sample, 1)[0]?.content).toBe('1');
  });
});

describe('ordinary templates stay possible', () => {
  it.each([
    ['{{ input.split(",")[:3] | join(", ") }}', 'x, x, x'],
    ['{{ metadata.n | tojson(indent=2) }}', '1'],
    ['{{ "a-b" | replace("-", "+") }}{{ "a-b".replace("-", "") }}', 'a+bab'],
    ['{{ "a\nb" | indent(2) }}', 'a\n  b'],
  ])('%s', (content, expected) => {
    expect(compile(content).render(sample, 1)[0]?.content).toBe(expected);
  });
});
