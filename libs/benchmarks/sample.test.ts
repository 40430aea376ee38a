import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSample } from './sample.js';

const good = { id: 'q1', input: 'What is 2 + 2?', target: '4' };

function errorsOf(value: unknown) {
  const parsed = parseSample(value);
  return 'errors' in parsed ? parsed.errors : [];
}

describe('parseSample', () => {
  it('normalizes what is optional', () => {
    expect(parseSample(good)).toEqual({
      sample: { id: 'q1', input: 'What is 2 + 2?', targets: ['4'], metadata: {} },
    });
    expect(
      parseSample({ ...good, target: 4, choices: ['3', '4'], category: 'sums', metadata: { level: 1 } }),
    ).toEqual({
      sample: {
        id: 'q1',
        input: 'What is 2 + 2?',
        targets: ['4'],
        choices: ['3', '4'],
        category: 'sums',
        metadata: { level: 1 },
      },
    });
  });

  it('keeps every accepted answer', () => {
    expect(parseSample({ ...good, target: ['4', 'four', 4.5] })).toMatchObject({
      sample: { targets: ['4', 'four', '4.5'] },
    });
  });

  it.each([
    [{ id: 'q1', input: 'x' }, 'target is missing', 'target'],
    [{ ...good, target: '' }, 'target must not be empty', 'target'],
    [{ ...good, target: [] }, 'target must have at least one answer', 'target'],
    [
      { ...good, target: null },
      'target must be a non-empty string, a number, or a non-empty list of them',
      'target',
    ],
    [{ ...good, input: '' }, 'input must not be empty', 'input'],
    [{ ...good, input: 7 }, 'input must be a string', 'input'],
    [{ ...good, id: 'x'.repeat(201) }, 'id must have at most 200 characters', 'id'],
    [{ ...good, choices: ['only'] }, 'choices must have at least 2 entries', 'choices'],
    [{ ...good, choices: ['a', 'a'] }, 'choices must not hold the same choice twice', 'choices'],
    [{ ...good, choices: ['a', ''] }, 'choices must not be empty', 'choices.1'],
    [{ ...good, category: 'c'.repeat(101) }, 'category must have at most 100 characters', 'category'],
    [{ ...good, metadata: [] }, 'metadata must be an object', 'metadata'],
  ])('names the field and the reason: %j', (value, message, path) => {
    expect(errorsOf(value)).toContainEqual(expect.objectContaining({ message, path }));
  });

  it('names the sample, and unknown fields with the known ones', () => {
    expect(errorsOf({ ...good, categroy: 'x' })).toEqual([
      {
        message: expect.stringMatching(/^unknown field 'categroy': a sample has .*category/) as string,
        sample_id: 'q1',
      },
    ]);
  });

  it('refuses what Postgres cannot store', () => {
    expect(errorsOf({ ...good, input: 'a\0b' })).toHaveLength(1);
    expect(errorsOf({ ...good, input: 'half \ud83d' })).toHaveLength(1);
    expect(errorsOf({ ...good, metadata: { deep: [{ 'k\0': 1 }] } })).toHaveLength(1);
    expect(errorsOf({ ...good, input: 'whole \u{1f600}' })).toEqual([]);
  });

  it('refuses metadata nested deep enough to overflow a stack', () => {
    const nested = JSON.parse('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)) as unknown;
    expect(errorsOf({ ...good, metadata: { nested } })).toHaveLength(1);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const parsed = parseSample(value);
        expect('sample' in parsed || parsed.errors.length > 0).toBe(true);
      }),
    );
  });
});
