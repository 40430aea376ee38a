import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fieldMappingSchema, type FieldMapping } from './field-mapping.js';
import { oneByOne } from './one-by-one.js';
import { parseCsv } from './parse-csv.js';
import { parseJsonl } from './parse-jsonl.js';
import { compileSampleSchema } from './sample-schema.js';
import { readSamples, type ImportedSample } from './read-samples.js';

async function* stream(text: string) {
  yield text;
}

const fromJsonl = (text: string, mapping?: FieldMapping): Promise<ImportedSample[]> =>
  Readable.from(oneByOne(readSamples(parseJsonl(stream(text)), { mapping }))).toArray();

const fromCsv = (text: string, mapping?: FieldMapping): Promise<ImportedSample[]> =>
  Readable.from(oneByOne(readSamples(parseCsv(stream(text)), { mapping }))).toArray();

describe('readSamples without a mapping', () => {
  it('takes the fields of a sample and gives ids by line where there are none', async () => {
    expect(await fromJsonl('{"id":"q","input":"i","target":"t"}\n\n{"input":"j","target":2}')).toEqual([
      { line: 1, sample: { id: 'q', input: 'i', targets: ['t'], metadata: {} } },
      { line: 3, sample: { id: 'sample-000003', input: 'j', targets: ['2'], metadata: {} } },
    ]);
  });

  it('takes choices from a CSV cell', async () => {
    const text = 'id,input,target,choices\n1,i,A,x|y\n2,i,A,"[""x|1"",2]"\n3,i,A,"[0, 1)|(0, 1)"\n4,i,A,';
    const samples = await fromCsv(text);
    expect(samples.map((row) => 'sample' in row && row.sample.choices)).toEqual([
      ['x', 'y'],
      ['x|1', '2'],
      ['[0, 1)', '(0, 1)'],
      undefined,
    ]);
  });

  it('reports every bad row with its place, and the good ones flow on', async () => {
    expect(await fromJsonl('{"id":"a","input":"i"}\n{oops\n{"id":"b","input":"i","target":"t"}')).toEqual([
      { errors: [{ message: 'target is missing', path: 'target', sample_id: 'a', line: 1 }] },
      { errors: [{ message: 'invalid JSON: invalid symbol', line: 2, column: 2 }] },
      { line: 3, sample: expect.objectContaining({ id: 'b' }) as unknown },
    ]);
  });
});

describe('readSamples with a mapping', () => {
  it('takes mapped fields and keeps the others as metadata', async () => {
    const row = '{"qid":17,"question":"Q","answer":true,"source":"book","topic":"t"}';
    const mapping = { id: 'qid', input: 'question', target: 'answer', category: 'topic' };
    expect(await fromJsonl(row, mapping)).toEqual([
      {
        line: 1,
        sample: { id: '17', input: 'Q', targets: ['true'], category: 't', metadata: { source: 'book' } },
      },
    ]);
  });

  it('takes the target out of a worked solution, as GSM8K has it, and does not leave it readable', async () => {
    const row = JSON.stringify({ question: 'Q', answer: 'First 9 * 2 = 18.\n#### 18' });
    const mapping = { input: 'question', target: 'answer', target_pattern: '#### (.+)' };
    expect(await fromJsonl(row, mapping)).toEqual([
      { line: 1, sample: { id: 'sample-000001', input: 'Q', targets: ['18'], metadata: {} } },
    ]);
    expect(await fromJsonl('{"question":"Q","answer":"none"}', mapping)).toEqual([
      {
        errors: [{ message: "target_pattern does not match the field 'answer'", path: 'target', line: 1 }],
      },
    ]);
    expect(await fromJsonl('{"question":"Q"}', mapping)).toMatchObject([
      { errors: [{ message: 'target is missing' }] },
    ]);
  });

  it('follows dotted paths, prefers a field of that very name, and removes only what it took', async () => {
    const mapping = { input: 'q.text', target: 'a.value' };
    const row = '{"q":{"text":"Q","lang":"en"},"a.value":"dotted","a":{"value":"x","note":"n"}}';
    expect(await fromJsonl(row, mapping)).toMatchObject([
      { sample: { input: 'Q', targets: ['dotted'], metadata: { q: { lang: 'en' }, a: { value: 'x' } } } },
    ]);
    expect(await fromJsonl('{"q":{"text":"Q"},"a":{"value":"x","note":"n"}}', mapping)).toMatchObject([
      { sample: { targets: ['x'], metadata: { q: {}, a: { note: 'n' } } } },
    ]);
  });

  it('gathers choices from several columns, fewer at the end, none in between', async () => {
    const mapping = { input: 'q', target: 't', choices: ['A', 'B', 'C'] };
    const rows = await fromCsv('q,t,A,B,C\nQ,A,1,2,3\nQ,A,1,2,\nQ,A,1,,3\nQ,A,,,', mapping);
    expect(rows).toMatchObject([
      { sample: { choices: ['1', '2', '3'] } },
      { sample: { choices: ['1', '2'] } },
      { errors: [{ path: 'choices.1' }] },
      { sample: { targets: ['A'] } },
    ]);
  });

  it('reports a mapped field that no row has', async () => {
    const rows = await fromCsv('q,t\nQ,T', { input: 'q', target: 't', category: 'topick' });
    expect(rows.at(-1)).toEqual({
      errors: [{ message: "no row has the field 'topick', which the mapping names for category", line: 1 }],
    });
  });

  it('reaches own fields only', async () => {
    const rows = await fromJsonl('{"q":"Q"}', { input: 'q', target: 'constructor.name' });
    expect(rows).toMatchObject([{ errors: [{ message: 'target is missing' }] }]);
  });
});

describe('splits and tags', () => {
  it('are fields of a sample, and tags may be text', async () => {
    const rows = await fromCsv('id,input,target,split,tags\n1,i,t,train,a|b\n2,i,t,,', undefined);
    expect(rows.map((row) => 'sample' in row && [row.sample.split, row.sample.tags])).toEqual([
      ['train', ['a', 'b']],
      [undefined, undefined],
    ]);
  });

  it('are mapped, and leave metadata', async () => {
    const mapping = { input: 'q', target: 'a', split: 'part', tags: 'labels' };
    const row = '{"q":"Q","a":"A","part":"dev","labels":["x","y"],"rest":1}';
    expect(await fromJsonl(row, mapping)).toMatchObject([
      { sample: { split: 'dev', tags: ['x', 'y'], metadata: { rest: 1 } } },
    ]);
  });

  it('of a whole file win over its rows, and begin the ids that it lacks', async () => {
    const rows = readSamples(parseJsonl(stream('{"input":"i","target":"t","split":"x"}')), {
      split: 'train',
    });
    expect(await Readable.from(oneByOne(rows)).toArray()).toMatchObject([
      { sample: { id: 'train-000001', split: 'train' } },
    ]);
  });
});

describe('a schema for samples', () => {
  it('is asked about each sample as it is mapped, and every problem has its line', async () => {
    const schemaProblems = compileSampleSchema({
      properties: {
        id: true,
        input: true,
        target: { enum: ['yes', 'no'] },
        category: { pattern: '^[a-z]+$' },
        metadata: { required: ['source'] },
      },
      required: ['category'],
      additionalProperties: false,
    });
    const mapping = { id: 'id', input: 'q', target: 'a', category: 'topic', tags: 'labels' };
    const text = [
      '{"id":"a","q":"i","a":"yes","topic":"c","source":"s"}',
      '{"id":"b","q":"i","a":"perhaps","topic":"C"}',
      '{"id":"c","q":"i"}',
      '{"id":"d","q":"i","a":"no","labels":["x"],"topic":"c","source":"s"}',
    ].join('\n');
    const rows: ImportedSample[] = await Readable.from(
      oneByOne(readSamples(parseJsonl(stream(text)), { mapping, schemaProblems })),
    ).toArray();
    const problems = rows.map(
      (row) => 'errors' in row && row.errors.map((error) => [error.line, error.path]),
    );
    expect(problems).toEqual([
      false,
      [
        [2, 'target'],
        [2, 'category'],
        [2, 'metadata'],
      ],
      [[3, 'target']],
      [[4, undefined]],
    ]);
  });
});

describe('fieldMappingSchema', () => {
  it.each([
    ['(unclosed', 'is not a valid RE2 expression'],
    ['no group', 'needs a group'],
    ['(?=ahead)(x)', 'is not a valid RE2 expression'],
  ])('refuses the pattern %s', (target_pattern, reason) => {
    const { error } = fieldMappingSchema.safeParse({ input: 'q', target: 'a', target_pattern });
    expect(error?.issues[0]?.message).toContain(reason);
  });
});
