import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reduce } from './reduce.js';
import { reducerSchema } from './reducer-spec.js';

interface Example {
  reducer: unknown;
  pass_value?: number;
  scores: number[];
  gives: number[];
}

const page = readFileSync(new URL('../../../docs/reducers.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^## (\w+)\n.*?^```json\n(.*?)^```/gms)].map(
  ([, title, json]) => [title!, JSON.parse(json!) as Example] as const,
);

describe('docs/reducers.md', () => {
  it('has a section for every reducer', () => {
    const [plain, counting] = reducerSchema.options;
    expect(examples.map(([title]) => title)).toEqual([...plain.options, ...counting.shape.type.options]);
  });

  it.each(examples)('shows what %s gives', (title, { reducer, pass_value = 1, scores, gives }) => {
    const spec = reducerSchema.parse(reducer);
    expect(typeof spec === 'string' ? spec : spec.type).toBe(title);
    expect(reduce(spec, scores, pass_value)).toEqual(
      gives.map((value) => expect.closeTo(value, 12) as number),
    );
  });
});
